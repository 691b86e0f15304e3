import fc from 'fast-check';
import { expect, it } from 'vitest';
import { covers } from '../../../../tests/support/covers.ts';
import { Secret } from '../../lib/secret.ts';
import { isSendable } from '../../transports/http/merge-headers.ts';
import { maskOf } from './mask.ts';

const mask = (text: string) => maskOf(new Secret(text));

it('shows nothing of a secret under 12 characters, not even how long it is', () => {
  covers('002/masked');
  for (const text of ['', 'x', 'lg-dev-key', '12345678901']) expect(mask(text)).toBe('••••••••');
});

it('shows two characters at either end of a longer one', () => {
  covers('002/masked');
  expect(mask('123456789012')).toBe('12••••••••12');
  expect(mask('Bearer sk-live-0123456789')).toBe('Be••••••••89');
});

it('is no value that a header can have, and the same every time', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(isSendable(mask(text))).toBe(false);
      expect(mask(text)).toBe(mask(text));
    }),
  );
});
