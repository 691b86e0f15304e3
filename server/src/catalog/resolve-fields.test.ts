import { describe, expect, it } from 'vitest';
import { Secret } from '../lib/secret.ts';
import type { Field } from './connector.ts';
import { fieldSchema } from './format/field.ts';
import { resolveFields } from './resolve-fields.ts';

const field = (facts: Record<string, unknown>): Field => fieldSchema.parse({ key: 'x', label: 'X', ...facts });
const resolve = (fields: readonly Field[], submitted: unknown) =>
  resolveFields({ fields: [...fields], derived: {} }, 'pat', submitted);
const one = (facts: Record<string, unknown>, x: unknown) => {
  const resolved = resolve([field(facts)], { x });
  return resolved.ok ? resolved.config['x'] : resolved.problems.map(({ message }) => message);
};

describe('resolveFields', () => {
  it('tells secrets from the rest', () => {
    const resolved = resolve([field({ key: 'token', secret: true }), field({ key: 'site' })], {
      token: ' s3cret\n',
      site: 'acme',
    });
    expect(resolved).toEqual({ ok: true, config: { site: 'acme' }, secrets: { token: expect.any(Secret) } });
    expect(resolved.ok && resolved.secrets['token']?.reveal()).toBe('s3cret');
    expect(JSON.stringify(resolved)).not.toContain('s3cret');
  });

  it.each([[{}], [{ x: '' }], [{ x: ' \n' }], [{ x: null }], [undefined], [null]])(
    'says exactly what is missing from %j',
    (submitted) => {
      expect(resolve([field({})], submitted)).toEqual({
        ok: false,
        problems: [{ key: 'x', message: 'missing required field: x' }],
      });
    },
  );

  it('refuses keys it does not know, and says which was meant', () => {
    const submitted = resolve([field({ key: 'token', required: false })], { tokn: 'a', constructor: 'b' });
    expect(submitted).toMatchObject({
      ok: false,
      problems: [
        { key: 'tokn', message: 'unknown field: tokn; did you mean "token"?' },
        { message: 'unknown field: constructor' },
      ],
    });
  });

  it('does not work through a body of nothing but unknown keys', () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, '']));
    const resolved = resolve([field({ required: false })], many);
    expect(!resolved.ok && resolved.problems).toHaveLength(10);
  });

  it('asks only for the fields of the way of signing in that was chosen', () => {
    const fields = [
      field({ key: 'token', auth_modes: ['pat'] }),
      field({ key: 'client_id', auth_modes: ['byo_oauth'] }),
    ];
    expect(resolve(fields, { token: 'a' })).toMatchObject({ ok: true, config: { token: 'a' } });
    expect(resolve(fields, { token: 'a', client_id: 'b' })).toMatchObject({
      ok: false,
      problems: [{ key: 'client_id' }],
    });
  });

  it.each<[Record<string, unknown>, unknown, unknown]>([
    [{ default: 'eu', required: false }, undefined, 'eu'],
    [{ default: 'eu' }, '', 'eu'],
    [{ required: false }, '', undefined],
    [{}, 42, '42'],
    [{ type: 'number' }, '42', 42],
    [{ type: 'number' }, 'x', ['x must be a number']],
    [{ type: 'number' }, true, ['x must be a number']],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, false, false],
    [{ type: 'boolean' }, 'yes', ['x must be true or false']],
    [{ type: 'url' }, ' https://a.example/ ', 'https://a.example/'],
    [{ type: 'url' }, 'javascript:alert(1)', ['x must be an http or https address']],
    [{ type: 'email' }, 'ada@example.com', 'ada@example.com'],
    [{ type: 'email' }, 'ada', ['x must be an e-mail address']],
    [{ type: 'multiline' }, '-----BEGIN\nKEY-----\n', '-----BEGIN\nKEY-----\n'],
    [{}, 'a\r\nb', ['x must be one line of text, at most 8,192 characters']],
    [{}, 'a'.repeat(8193), ['x must be one line of text, at most 8,192 characters']],
    [{}, { a: 1 }, ['x must be one line of text, at most 8,192 characters']],
    [{}, ['a'], ['x must be one line of text, at most 8,192 characters']],
    [
      {
        type: 'select',
        choices: [
          { value: 'eu', label: 'EU' },
          { value: 'us', label: 'US' },
        ],
      },
      'us',
      'us',
    ],
    [
      {
        type: 'select',
        choices: [
          { value: 'eu', label: 'EU' },
          { value: 'us', label: 'US' },
        ],
      },
      'uk',
      ['x must be one of eu, us'],
    ],
    [{ pattern: '^[0-9]+$' }, 'abc', 'abc'],
    [{ verbatim: true, default: 'Bearer ' }, 'Token ', 'Token '],
    [{ verbatim: true, default: 'Bearer ', required: false }, '', ''],
    [{ verbatim: true, default: 'Bearer ', required: false }, undefined, 'Bearer '],
  ])('of a field %j, %j is %j', (facts, submitted, expected) => {
    expect(one(facts, submitted)).toEqual(expected);
  });

  it.each([['text'], [['a']], [1]])('refuses %j in the place of the fields', (submitted) => {
    expect(resolve([], submitted)).toMatchObject({ ok: false, problems: [{ key: '' }] });
  });

  it('refuses a value that does not form the address it is for', () => {
    const connector = {
      fields: [field({ key: 'subdomain' })],
      derived: {},
      http: { base_url: 'https://${field.subdomain}.acme.example', headers: {}, query: {} },
    };
    expect(resolveFields(connector, 'pat', { subdomain: 'evil.com/' })).toEqual({
      ok: false,
      problems: [{ key: 'subdomain', message: 'subdomain must be a plain host name, without scheme, port or path' }],
    });
  });
});
