import { describe, expect, it } from 'vitest';
import { newId } from '../lib/ids.ts';
import { idPattern, objectIdOf } from './object-id.ts';

describe('the id of a connector object', () => {
  it('is the last 24 digits of the connection’s', () => {
    expect(objectIdOf({ id: '019a9d3e-64f1-7c0e-a2ec-711ef6dc1dcf' })).toBe('connector_64f17c0ea2ec711ef6dc1dcf');
  });

  it('leads back to the connection', () => {
    const id = newId();
    const pattern = new RegExp(`^${idPattern(objectIdOf({ id }))?.replaceAll('_', '.')}$`);
    expect(id).toMatch(pattern);
    expect(newId()).not.toMatch(pattern);
  });

  it('may be the UUID itself, in any case', () => {
    const id = newId();
    expect(idPattern(id.toUpperCase())).toBe(id);
  });

  it.each([
    '',
    'types',
    'connector_64f1c0ef2ec711ef6dc1dcf',
    'connector_64f1c0ef2ec711ef6dc1dcf0a',
    'connector_64F1C0EF2EC711EF6DC1DCF0',
    'connector_%%%%%%%%%%%%%%%%%%%%%%%%',
    'connector_________________________',
    '64f17c0ea2ec711ef6dc1dcf',
  ])('is never %j', (text) => {
    expect(idPattern(text)).toBeUndefined();
  });
});
