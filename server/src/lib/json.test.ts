import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, isRecord, parseJson } from './json.ts';

describe('isRecord', () => {
  it.each([[{}], [{ a: 1 }], [Object.create(null)]])('takes %j', (value) => expect(isRecord(value)).toBe(true));
  it.each([[null], [undefined], [[]], ['x'], [1]])('refuses %j', (value) => expect(isRecord(value)).toBe(false));
});

describe('parseJson', () => {
  it('answers undefined where the text is not JSON', () => {
    expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
    expect(parseJson('null')).toBeNull();
    for (const text of ['', '{', "{'a':1}", 'undefined', '[1,]']) expect(parseJson(text)).toBeUndefined();
  });
});

describe('canonicalJson', () => {
  it('is one text whatever the order of keys (RFC 8785)', () => {
    expect(canonicalJson({ b: 1, a: { d: '€', c: [3, 1e21] } })).toBe('{"a":{"c":[3,1e+21],"d":"€"},"b":1}');
  });

  it('means the same as what it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(plain(value));
      }),
    );
  });
});

/** JSON has no negative zero. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
