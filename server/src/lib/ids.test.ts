import { describe, expect, it } from 'vitest';
import { isUuid, newId, randomToken } from './ids.ts';

describe('newId', () => {
  it('is a UUIDv7 (RFC 9562) that says when it was made', () => {
    const id = newId(Date.UTC(2026, 10, 21));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 21));
  });

  it('sorts by time', () => {
    const ids = [1, 2, 1_000, 1_700_000_000_000, 2_000_000_000_000].map((now) => newId(now));
    expect(ids.toSorted()).toEqual(ids);
  });

  it('sorts by creation within one millisecond, too', () => {
    const ids = Array.from({ length: 1_000 }, () => newId(1_700_000_000_000));
    expect(ids.toSorted()).toEqual(ids);
  });

  it('never comes twice', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId(7))).size).toBe(10_000);
  });
});

describe('isUuid', () => {
  it('takes every version in either case', () => {
    for (const id of [newId(), newId().toUpperCase(), '00000000-0000-0000-0000-000000000000'])
      expect(isUuid(id)).toBe(true);
  });

  it.each(['', 'x', `${newId()} `, `${newId()}\n`, `{${newId()}}`, newId().replaceAll('-', '')])(
    'refuses %j',
    (text) => {
      expect(isUuid(text)).toBe(false);
    },
  );
});

describe('randomToken', () => {
  it('has 256 bits in 43 characters of base64url', () => {
    expect(randomToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(randomToken()).not.toBe(randomToken());
    expect(randomToken(16)).toHaveLength(22);
  });
});
