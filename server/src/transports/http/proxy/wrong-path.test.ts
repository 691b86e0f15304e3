import { describe, expect, it } from 'vitest';
import { wrongPath, wrongQuery } from './wrong-path.ts';

describe('a path that is passed on as it came', () => {
  it.each([
    '/',
    '/things',
    '/things/',
    '/things/a%20b',
    '/things/%C3%A9',
    '/things/%ff',
    '/projects/group%2Fproject/issues',
    "/odd/~!$&'()*+,;=:@-._",
    '/v1.2/..a/a..',
    '/file;v=1.2',
  ])('may be %s', (path) => expect(wrongPath(path)).toBeUndefined());

  it.each([
    ['', 'percent-encoded'],
    ['things', 'percent-encoded'],
    ['/a b', 'percent-encoded'],
    ['/a%zz', 'percent-encoded'],
    ['/a%2', 'percent-encoded'],
    ['/é', 'percent-encoded'],
    ['/a?b', 'percent-encoded'],
    ['/a#b', 'percent-encoded'],
    ['/a\\b', 'percent-encoded'],
    ['//things', 'empty part'],
    ['/things//other', 'empty part'],
    ['/..', 'may not hold'],
    ['/.', 'may not hold'],
    ['/a/../b', 'may not hold'],
    ['/..;/b', 'may not hold'],
    ['/a/%2e%2e/b', 'may not hold'],
    ['/a/.%2E/b', 'may not hold'],
    ['/a%2f..%2fb', 'may not hold'],
    ['/a%2F%2e%2e', 'may not hold'],
    ['/a/%252e%252e/b', 'may not hold'],
    ['/a%252fb', 'may not hold'],
    ['/a%5cb', 'may not hold'],
    ['/a%255cb', 'may not hold'],
    ['/a%00', 'may not hold'],
    ['/a%0d%0ab', 'may not hold'],
    ['/a%7f', 'may not hold'],
  ])('may not be %j', (path, why) => expect(wrongPath(path)).toContain(why));
});

describe('a query that is passed on as it came', () => {
  it.each(['', 'a=b&c=%2F', 'a[]=1&b={"c":1}', "q='a'|b", '&&=='])('may be %s', (query) =>
    expect(wrongQuery(query)).toBeUndefined(),
  );
  it.each(['a=b c', 'a#b', 'é', 'a\n'])('may not be %j', (query) => expect(wrongQuery(query)).toBeDefined());
});
