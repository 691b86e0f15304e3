import { afterAll, expect, it } from 'vitest';
import { createSchemaCompiler } from '../../server/src/workers/compile-schema.ts';

const workerUrl = new URL('../../server/src/workers/compile-in-worker.ts', import.meta.url);
const compiler = createSchemaCompiler({ workerUrl });
afterAll(() => compiler.close());

/** How long the process is blocked by one check, in milliseconds. */
async function blockedBy(schema: object, value: unknown): Promise<number> {
  const validate = await compiler.validatorFor(schema, { foreign: true });
  const started = performance.now();
  validate(value);
  return performance.now() - started;
}

it('S11: a pattern that backtracks for ever is not run', async () => {
  const schema = { properties: { name: { type: 'string', pattern: '^(a+)+$' } } };
  expect(await blockedBy(schema, { name: `${'a'.repeat(40)}!` })).toBeLessThan(100);
});

it('S11: a property name is not matched against a foreign pattern either', async () => {
  const schema = { patternProperties: { '^(a+)+$': true }, propertyNames: { pattern: '^(a+)+$' } };
  expect(await blockedBy(schema, { [`${'a'.repeat(40)}!`]: 1 })).toBeLessThan(100);
});

it('S11: choices that double at every reference do not double the work', async () => {
  const levels = Array.from({ length: 40 }, (_, level) => [
    `d${level + 1}`,
    { anyOf: [{ $ref: `#/$defs/d${level}` }, { $ref: `#/$defs/d${level}` }] },
  ]);
  const schema = { $ref: '#/$defs/d40', $defs: { d0: { const: 1 }, ...Object.fromEntries(levels) } };
  expect(await blockedBy(schema, { any: 'thing' })).toBeLessThan(100);
});

it('S11: a schema that refers to itself does not overflow the stack', async () => {
  expect(await blockedBy({ anyOf: [{ $ref: '#' }, { $ref: '#' }] }, {})).toBeLessThan(100);
});

it('S11: arguments nested without end are a problem, not a crash', async () => {
  const validate = await compiler.validatorFor({ type: 'object' }, { foreign: true });
  const nested = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  expect(validate({ nested })).toEqual([{ path: '', message: 'is nested too deeply to be checked' }]);
});

it('S11: a schema that is too large or too deep is not compiled', async () => {
  const large = {
    properties: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`p${index}`, { type: 'string' }])),
  };
  const deep = Array.from({ length: 1000 }).reduce<object>((inner) => ({ properties: { a: inner } }), {});
  expect(await blockedBy(large, { p1: 1 })).toBeLessThan(100);
  expect(await blockedBy(deep, { a: 1 })).toBeLessThan(100);
});

it('S11: a remote reference is never fetched', async () => {
  const validate = await compiler.validatorFor({ $ref: 'http://127.0.0.1:1/schema.json' }, { foreign: true });
  expect(validate({})).toEqual([]);
});
