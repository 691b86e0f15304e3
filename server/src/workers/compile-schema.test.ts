import { afterAll, describe, expect, it } from 'vitest';
import { createSchemaCompiler } from './compile-schema.ts';

const compiler = createSchemaCompiler({ workerUrl: new URL('./compile-in-worker.ts', import.meta.url) });
afterAll(() => compiler.close());

const own = (schema: object) => compiler.validatorFor(schema, { foreign: false });
const foreign = (schema: object) => compiler.validatorFor(schema, { foreign: true });

describe('a schema of our own', () => {
  const ticket = {
    type: 'object',
    additionalProperties: false,
    required: ['title', 'project_id'],
    properties: {
      title: { type: 'string', minLength: 1, maxLength: 10 },
      project_id: { type: 'integer' },
      state: { enum: ['opened', 'closed'] },
      'a/b': { anyOf: [{ type: 'string' }, { type: 'null' }] },
    },
  };

  it('finds nothing wrong with arguments that fit', async () => {
    const validate = await own(ticket);
    expect(validate({ title: 'One', project_id: 1, state: 'opened', 'a/b': null })).toEqual([]);
  });

  it('names everything that is wrong by pointer and in plain words', async () => {
    const validate = await own(ticket);
    expect(validate({ title: 'far too long a title', state: 'gone', extra: 1, 'a/b': 3 })).toEqual([
      { path: '/project_id', message: 'is required' },
      { path: '/extra', message: 'is not a known argument' },
      { path: '/title', message: 'must have at most 10 characters' },
      { path: '/state', message: 'must be one of "opened", "closed"' },
      { path: '/a~1b', message: 'must be a string, or must be null' },
    ]);
  });

  it('tells at most twenty problems', async () => {
    const validate = await own({ type: 'array', items: { type: 'string' } });
    expect(validate(Array.from({ length: 500 }, () => 1))).toHaveLength(20);
  });

  it('is compiled once', async () => {
    expect(await own(ticket)).toBe(await own(ticket));
  });

  it('says so when it does not compile', async () => {
    await expect(own({ $ref: 'https://example.com/schema.json' })).rejects.toThrow("can't resolve reference");
  });
});

describe('a foreign schema', () => {
  it('checks what can be checked safely', async () => {
    const validate = await foreign({
      type: 'object',
      required: ['message'],
      properties: { message: { type: 'string' } },
    });
    expect(validate({ message: 'hello' })).toEqual([]);
    expect(validate({ message: 1 })).toEqual([{ path: '/message', message: 'must be a string' }]);
  });

  it('follows references inside itself, of any draft', async () => {
    const validate = await foreign({
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'https://json-schema.org/draft/2020-12/schema',
      definitions: { name: { type: 'string' } },
      properties: { pair: { type: 'array', items: [{ $ref: '#/definitions/name' }, { type: 'integer' }] } },
    });
    expect(validate({ pair: ['a', 1] })).toEqual([]);
    expect(validate({ pair: [1, 1] })).toEqual([{ path: '/pair/0', message: 'must be a string' }]);
  });

  it('never grows stricter by what is let go', async () => {
    const validate = await foreign({
      type: 'object',
      patternProperties: { '^x-': { type: 'string' } },
      additionalProperties: false,
      not: { required: ['x-y'], properties: { 'x-y': { pattern: '^z' } } },
      oneOf: [{ properties: { a: { pattern: '^a' } } }, { properties: { a: { pattern: '^b' } } }],
    });
    expect(validate({ 'x-y': 'value', a: 'abc' })).toEqual([]);
  });

  it('keeps properties that are named like keywords', async () => {
    const validate = await foreign({ properties: { pattern: { type: 'string' }, $ref: { type: 'integer' } } });
    expect(validate({ pattern: 1, $ref: 'x' })).toHaveLength(2);
  });

  it('takes any object where it cannot be compiled', async () => {
    const validate = await foreign({ type: 'nonsense', properties: 7 });
    expect(validate({ anything: true })).toEqual([]);
    expect(validate([])).toEqual([{ path: '', message: 'must be an object' }]);
  });
});
