import { expect, it } from 'vitest';
import { fixedValue } from './fixed-value.ts';

it.each([
  [{ type: 'string' }, '7', '7'],
  [{}, '7', '7'],
  [undefined, 'true', 'true'],
  [{ type: 'integer' }, '7', 7],
  [{ type: 'integer' }, '7.5', '7.5'],
  [{ type: 'integer' }, 'seven', 'seven'],
  [{ type: 'number' }, '7.5', 7.5],
  [{ type: 'number' }, '', ''],
  [{ type: 'boolean' }, 'true', true],
  [{ type: 'boolean' }, '1', '1'],
  [{ type: ['string', 'integer'] }, '7', '7'],
  [{ type: ['null', 'integer'] }, '7', 7],
  [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, '7', 7],
  [{ type: 'array', items: { type: 'string' } }, 'a,b', ['a,b']],
  [{ type: 'array', items: { type: 'integer' } }, '7', [7]],
  [{ type: 'array' }, '["a", "b"]', ['a', 'b']],
  [{ type: 'object' }, '{"a": 1}', { a: 1 }],
  [{ type: 'object' }, 'a', 'a'],
  [{ type: 'integer' }, '${field.token}', '${field.token}'],
])('for %j the text %j is %j', (schema, text, value) => {
  expect(fixedValue(schema, text)).toEqual(value);
});
