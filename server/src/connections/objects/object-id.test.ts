import { describe, expect, it } from 'vitest';
import { newId } from '../../lib/ids.ts';
import { isObjectId, objectIdOf, readObjectId } from './object-id.ts';

describe('the id of a connector object', () => {
  it('is the last 24 digits of the connection’s', () => {
    expect(objectIdOf({ id: '019a9d3e-64f1-7c0e-a2ec-711ef6dc1dcf' })).toBe('connector_64f17c0ea2ec711ef6dc1dcf');
  });

  it('leads back to the end of the connection’s id', () => {
    const id = newId();
    expect(readObjectId(objectIdOf({ id }))).toBe(id.slice(9));
  });

  it('is one of two ways to name an object: the connection’s UUID, in any case, is the other', () => {
    const id = newId();
    for (const text of [id, id.toUpperCase(), objectIdOf({ id })]) expect(isObjectId(text)).toBe(true);
    expect(readObjectId(id)).toBeUndefined();
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
    'connector_64f17c0ea2ec711ef6dc1dcf\n',
  ])('is never %j', (text) => {
    expect(isObjectId(text)).toBe(false);
    expect(readObjectId(text)).toBeUndefined();
  });
});
