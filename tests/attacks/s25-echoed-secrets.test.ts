import { assert, jsonValue, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { createRedactor } from '../../server/src/lib/redact.ts';

const secrets = string({ unit: 'grapheme', minLength: 8, maxLength: 60 }).filter((text) => /\S{4}/u.test(text));

const forms: Readonly<Record<string, (secret: string) => string>> = {
  raw: (secret) => secret,
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),

  'JSON in ASCII': (secret) =>
    secret.replace(/[^A-Za-z0-9]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  percent: (secret) => encodeURIComponent(secret),
  form: (secret) => new URLSearchParams({ q: secret }).toString(),
  base64: (secret) => Buffer.from(`user:${secret}`).toString('base64'),
  base64url: (secret) => Buffer.from(`a${secret}b`).toString('base64url'),
};

it.each(Object.keys(forms))('S25: a secret that comes back in its %s form is taken out', (form) => {
  assert(
    property(secrets, (secret) => {
      const echoed = `before ${forms[form]?.(secret)} after`;
      const clean = createRedactor([new Secret(secret)]).text(echoed);
      expect(clean).toContain('[redacted]');
      expect(clean).not.toContain(secret);
    }),
  );
});

it('S25: a secret in an answer of any shape is taken out', () => {
  assert(
    property(secrets, jsonValue(), (secret, value) => {
      const clean = createRedactor([new Secret(secret)]).value({ value, echo: [{ deep: `x${secret}y` }] });
      expect(clean).toMatchObject({ echo: [{ deep: expect.stringContaining('[redacted]') }] });
    }),
  );
});

it('S25: taking secrets out of a large answer without any holds nothing up', () => {
  const redactor = createRedactor([new Secret('glpat-0123456789abcdef'), new Secret('another/secret+with=signs')]);
  const large = JSON.stringify(
    Array.from({ length: 10_000 }, (_, id) => ({ id, title: `Title ${id}`, text: 'lorem ipsum '.repeat(8) })),
  );
  const started = performance.now();
  expect(redactor.text(large)).toBe(large);
  expect(performance.now() - started).toBeLessThan(5_000);
});
