import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from '../../../../tests/support/covers.ts';
import { toolAddress } from './tool-address.ts';

const handle = fc.stringMatching(/^[a-z0-9-]{1,22}$/);

describe('the address of a tool', () => {
  it('is the handle and the name', () => {
    covers('everywhere/16-names');
    expect(toolAddress('github-2', 'get_issue')).toBe('github-2__get_issue');
  });

  it('keeps a name of exactly 52 characters', () => {
    covers('everywhere/16-names');
    expect(toolAddress('github', 'x'.repeat(44))).toBe(`github__${'x'.repeat(44)}`);
  });

  it('cuts a longer one and tells it apart by a hash that stays the same', () => {
    covers('everywhere/16-names');
    const cut = `${'a'.repeat(22)}__${'x'.repeat(19)}_`;
    expect(toolAddress('a'.repeat(22), 'x'.repeat(40))).toBe(`${cut}bd913ff6`);
  });

  it('has at most 52 characters, and only those that clients take, whatever a server calls its tools', () => {
    covers('everywhere/16-names');
    fc.assert(
      fc.property(handle, fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme' }), (of, name) => {
        expect(toolAddress(of, name)).toMatch(/^[A-Za-z0-9_.-]{1,52}$/);
      }),
    );
  });

  it('begins with its handle, so that the connection can be found from it', () => {
    fc.assert(
      fc.property(handle, fc.string({ minLength: 1, maxLength: 128 }), (of, name) => {
        expect(toolAddress(of, name).split('__', 1)).toEqual([of]);
      }),
    );
  });

  it('differs for different tools of one connection', () => {
    const long = fc.string({ minLength: 1, maxLength: 128, unit: fc.constantFrom('a', 'b', '_', ' ', 'é') });
    fc.assert(
      fc.property(handle, long, long, (of, one, other) => {
        fc.pre(one !== other);
        expect(toolAddress(of, one)).not.toBe(toolAddress(of, other));
      }),
    );
  });
});
