import { expect, it } from 'vitest';
import { Failure } from '../errors.ts';
import { describeError } from './describe-error.ts';

it('keeps our own sentences and of everything else the name and the code', () => {
  expect(describeError(new Failure('CONFLICT', 'The name is taken.'))).toBe('The name is taken.');
  expect(describeError(new TypeError('Bearer tok_live is no header'))).toBe('TypeError');
  expect(describeError(Object.assign(new Error('to https://u:p@host'), { code: 'ECONNREFUSED' }))).toBe(
    'Error (ECONNREFUSED)',
  );
  expect(describeError('tok_live')).toBe('It failed without saying why.');
});
