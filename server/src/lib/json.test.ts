import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, isDeeperThan, isRecord, parseJson } from './json.ts';

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

describe('isDeeperThan', () => {
  it('counts lists and objects in each other', () => {
    expect([isDeeperThan('x', 0), isDeeperThan({}, 0), isDeeperThan({}, 1)]).toEqual([false, true, false]);
    expect([isDeeperThan({ a: [{ b: 1 }] }, 3), isDeeperThan({ a: [{ b: 1 }] }, 2)]).toEqual([false, true]);
  });

  it('does not run out of stack', () => {
    let deep: unknown = 1;
    for (let levels = 0; levels < 200_000; levels += 1) deep = [deep];
    expect([isDeeperThan(deep, 200_000), isDeeperThan(deep, 199_999)]).toEqual([false, true]);
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
