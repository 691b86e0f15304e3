import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseBody, parsePart } from './parse-input.ts';

const anything = z.looseObject({});
const nested = (levels: number): unknown => JSON.parse(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);

describe('what no schema could allow', () => {
  it.each([{ a: '\0' }, { a: [{ b: 'x\0y' }] }, { 'a\0': 1 }])(
    'is a zero character, wherever it stands: %j',
    (body) => {
      expect(() => parseBody(anything, body)).toThrow('zero character');
      expect(() => parsePart(anything, body, 'query')).toThrow('zero character');
    },
  );

  it('is depth that cannot be written again', () => {
    expect(parseBody(anything, nested(150))).toEqual(nested(150));
    for (const levels of [300, 100_000]) expect(() => parseBody(anything, nested(levels))).toThrow('nested deeper');
  });

  it('is nothing about breadth', () => {
    const broad = { a: Array.from({ length: 200_000 }, (_, at) => at) };
    expect(parseBody(anything, broad)).toEqual(broad);
  });
});
