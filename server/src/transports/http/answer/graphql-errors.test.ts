import { describe, expect, it } from 'vitest';
import { httpSchema } from '../../../catalog/format/http.ts';
import { graphqlErrors } from './graphql-errors.ts';

const error = (code: string, message = 'No.') => ({ message, extensions: { code } });

function read(answer: unknown, graphql?: object) {
  const http = httpSchema.parse({ base_url: 'https://example.com', ...(graphql === undefined ? {} : { graphql }) });
  return graphqlErrors(answer, http.graphql);
}

describe('GraphQL errors', () => {
  it.each([
    [{ data: {} }],
    [{ data: null, errors: [] }],
    [{ errors: 'none' }],
    [{ errors: ['a text'] }],
    [[{ errors: [error('X')] }]],
    [null],
  ])('are none in %j', (answer) => {
    expect(read(answer)).toBeUndefined();
  });

  it('are those of any answer whose errors all have words', () => {
    expect(read({ errors: [error('A'), error('B')] })).toMatchObject({ words: ['No.'], keepsData: false });
    expect(read({ data: { x: null }, errors: [error('A')] })).toMatchObject({ keepsData: false });
    expect(read({ data: { x: 1 }, errors: [error('A')] })).toMatchObject({ keepsData: true, isDeclared: false });
  });

  it('refuse the data beside them where the manifest does not take it', () => {
    const answer = { data: { x: 1 }, errors: [error('A')] };
    expect(read(answer, {})).toMatchObject({ keepsData: false });
    expect(read(answer, { partial: 'kept' })).toMatchObject({ keepsData: true, isDeclared: true });
    expect(read({ data: null, errors: [error('A')] }, { partial: 'kept' })).toMatchObject({ keepsData: false });
  });

  it('say whose fault they are by the first code that is known, wherever it stands', () => {
    const graphql = { codes: ['code', 'extensions.code'], reasons: { LIMIT: 'rate_limit', AUTH: 'auth' } };
    expect(read({ errors: [error('OTHER'), error('LIMIT'), error('AUTH')] }, graphql)?.reason).toBe('rate_limit');
    expect(read({ errors: [{ message: 'x', code: 'AUTH' }] }, graphql)?.reason).toBe('auth');
    expect(read({ errors: [error('constructor')] }, graphql)?.reason).toBeUndefined();
    expect(read({ errors: [error('LIMIT')] })?.reason).toBeUndefined();
  });
});
