import * as fc from 'fast-check';
import { isRecord } from '../../server/src/lib/json.ts';

/** Texts that have broken programs before. */
const texts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202emoc.elpmaxe',
  '👩‍👩‍👧‍👦'.repeat(50),
  'İ',
  'ﷺ',
  'x'.repeat(20_000),
  '../../etc/passwd',
  '..%2f..%2f',
  '%00',
  '%',
  "' or '1'='1",
  '${field.token}',
  '${config.public_url}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '\r\nSet-Cookie: a=b',
  '__proto__',
  'constructor',
  'toString',
  'null',
  '-1',
  '1e999',
  '00000000-0000-0000-0000-000000000000',
  'http://169.254.169.254/latest/meta-data',
  'http://[::ffff:127.0.0.1]:7400/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'connector_64f1c0ef2ec711ef6dc1dcf',
  '9'.repeat(400),
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, 0, -0, -1, 1.5, 2 ** 53, -(2 ** 63), 1e308, [], {}, [[]], [null], { a: { b: [{}] } }),
  fc.constantFrom({ constructor: { prototype: { x: 1 } } }, { length: -1 }, { toString: 1 }),
  fc.array(hostileText, { maxLength: 3 }),
  fc.dictionary(hostileText, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 4 }),
);

/** The value with one thing changed somewhere in it: taken out, put in, or replaced by something it should not be. */
export function almost(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.nat(), hostileValue, hostileText, fc.constantFrom('remove', 'add', 'replace'))
    .map(([value, place, strange, key, how]) => changed(value, { place, strange, key, how }));
}

interface Change {
  readonly place: number;
  readonly strange: unknown;
  readonly key: string;
  readonly how: string;
}

function changed(value: unknown, change: Change): unknown {
  const { place, strange, key, how } = change;
  if (!isRecord(value)) return strange;
  const keys = Object.keys(value);
  const at = keys[place % Math.max(keys.length, 1)];
  if (how === 'add' || at === undefined) return { ...value, [key]: strange };
  const { [at]: inner, ...rest } = value;
  if (how === 'remove') return rest;
  const deeper = isRecord(inner) && place % 3 > 0;
  return { ...value, [at]: deeper ? changed(inner, { ...change, place: place >> 2 }) : strange };
}

/** Bodies that are no JSON, hardly any, or too much of it. */
export const hostilePayload: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'null',
    'true',
    '"text"',
    '[]',
    '{',
    '{"a":1',
    '{"a":1}}',
    'undefined',
    'NaN',
    '\ufeff{}',
    '{"a":1e999}',
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1}}',
    '{"a":{"__proto__":null}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"name":"\\ud800"}',
    'a=1&b=2',
    '<a/>',
    '['.repeat(30_000),
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    `{"arguments":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
    `{"fields":{"token":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`,
    `{"name":"${'x'.repeat(1024 * 1024)}"}`,
  ),
  fc.json(),
  fc.string({ unit: 'binary' }),
);
