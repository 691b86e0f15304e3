import { expect, it } from 'vitest';
import { readFirst, readPath } from './read-path.ts';

const answer = {
  items: [{ name: 'a' }, { name: 'b' }],
  '@odata.nextLink': 'https://next.example',
  odata: { 'a.b': { c: 1 } },
  'a[0]': 'odd',
  empty: '',
  none: null,
  no: false,
};

it.each([
  ['items[1].name', 'b'],
  ['items.1.name', 'b'],
  ['items.name', undefined],
  ['["@odata.nextLink"]', 'https://next.example'],
  ['odata["a.b"].c', 1],
  ['odata.["a.b"]["c"]', 1],
  ['["odata"]["a.b"]', { c: 1 }],
  ['["a[0]"]', 'odd'],
  ['["items"][0]["name"]', 'a'],
  ['@odata.nextLink', undefined],
  ['["nowhere"]', undefined],
  ['["constructor"]', undefined],
])('%s leads to %j', (path, found) => {
  expect(readPath(answer, path)).toEqual(found);
});

it.each([
  [['nowhere', 'none', 'empty', 'items[0].name'], 'a'],
  [['no', 'items[0].name'], false],
  [['nowhere', 'none'], undefined],
  ['items[0].name', 'a'],
])('of %j the first that says something counts: %j', (paths, found) => {
  expect(readFirst(answer, paths)).toBe(found);
});
