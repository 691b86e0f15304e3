import { expect, it } from 'vitest';
import { subKey } from './sub-keys.ts';

const key = Buffer.alloc(32, 9);

it('makes the same 32 bytes for the same label and others for another', () => {
  expect(subKey(key, 'derive/better-auth')).toEqual(subKey(key, 'derive/better-auth'));
  expect(subKey(key, 'derive/better-auth')).toHaveLength(32);
  expect(subKey(key, 'derive/audit-chain')).not.toEqual(subKey(key, 'derive/better-auth'));
});

it('makes other bytes of another key', () => {
  expect(subKey(Buffer.alloc(32, 8), 'x')).not.toEqual(subKey(key, 'x'));
});
