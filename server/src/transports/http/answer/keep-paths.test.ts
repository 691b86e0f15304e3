import { describe, expect, it } from 'vitest';
import { keepPaths } from './keep-paths.ts';

const issue = {
  number: 7,
  title: 'Slow',
  url: 'https://api.example.com/7',
  user: { login: 'ada', avatar_url: 'x' },
  labels: [{ name: 'bug', color: 'red' }, { name: 'api' }, 'plain'],
  milestone: null,
};

describe('keepPaths', () => {
  it('keeps these names of an object, in the order of the paths', () => {
    expect(JSON.stringify(keepPaths(issue, ['title', 'number']))).toBe('{"title":"Slow","number":7}');
  });

  it('keeps these names of every item of a list', () => {
    expect(keepPaths([issue, { number: 8 }], ['number'])).toEqual([{ number: 7 }, { number: 8 }]);
  });

  it('goes through objects and lists on the way', () => {
    expect(keepPaths({ items: [issue], more: true }, ['items.user.login', 'items.labels.name'])).toEqual({
      items: [{ user: { login: 'ada' }, labels: [{ name: 'bug' }, { name: 'api' }, 'plain'] }],
    });
  });

  it('leaves out what is absent, and keeps null where something could have been', () => {
    expect(keepPaths(issue, ['milestone.title', 'gone', 'user.gone', 'user.login.deeper'])).toEqual({
      milestone: null,
      user: { login: 'ada' },
    });
  });

  it.each([['text'], [5], [null], [true], [[1, 'a', null]]])('leaves %j, which has no names, as it is', (value) => {
    expect(keepPaths(value, ['id'])).toEqual(value);
  });

  it('takes a name that means something to objects for a name', () => {
    const answer: unknown = JSON.parse('{"__proto__":{"a":1,"b":2},"c":3}');
    expect(JSON.stringify(keepPaths(answer, ['__proto__.a', 'constructor']))).toBe('{"__proto__":{"a":1}}');
  });

  it('does not change what it is given', () => {
    const before = structuredClone(issue);
    keepPaths(issue, ['user.login']);
    expect(issue).toEqual(before);
  });
});
