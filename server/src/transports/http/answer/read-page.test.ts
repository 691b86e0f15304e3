import { describe, expect, it } from 'vitest';
import { type Pagination, paginationSchema } from '../../../catalog/format/pagination.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { readPage } from './read-page.ts';

function page(pagination: object, answer: unknown, more: { args?: JsonObject; link?: string; url?: string } = {}) {
  const read: Pagination = paginationSchema.parse({ argument: 'page', ...pagination });
  const headers = more.link === undefined ? {} : { link: more.link };
  const response = { headers, url: more.url ?? 'https://api.example.com/v1/things?page=1' };
  return readPage({ pagination: read, args: more.args ?? {}, answer, part: answer, shown: answer, response });
}

describe('a cursor', () => {
  it.each([
    [{ next: 'meta.next' }, { items: [1], meta: { next: 'c2' } }, 'c2'],
    [{ next: 'meta.next' }, { items: [1], meta: { next: 7 } }, 7],
    [{ next: 'meta.next' }, { items: [1], meta: { next: '' } }, undefined],
    [{ next: 'meta.next' }, { items: [1], meta: { next: null } }, undefined],
    [{ next: 'meta.next' }, { items: [1] }, undefined],
    [{ next: 'next', more: 'more' }, { items: [1], next: 'c', more: false }, undefined],
    [{ next: 'next', more: 'more' }, { items: [1], next: 'c', more: true }, 'c'],
    [{ last: 'id', more: 'more' }, { items: [{ id: 'a' }, { id: 'b' }], more: true }, 'b'],
    [{ last: 'id', more: 'more' }, { items: [], more: true }, undefined],
  ])('by %j in %j is %j', (how, answer, next) => {
    expect(page({ kind: 'cursor', items: 'items', ...how }, answer)?.next).toBe(next);
  });
});

describe('a link', () => {
  it.each([
    ['<https://api.example.com/v1/things?page=2&per_page=3>; rel="next"', '2'],
    ['</v1/things?page=2>; rel=next', '2'],
    ['<?page=2>; rel="last next"', '2'],
    ['<https://elsewhere.example.com/?page=2>; rel="next"', '2'],
    ['<https://api.example.com/v1/things?page=9>; rel="last"', undefined],
    ['<https://api.example.com/v1/things>; rel="next"', undefined],
    ['<https://[>; rel="next"', undefined],
    ['not a link at all', undefined],
    [undefined, undefined],
  ])('%s leads to %j', (link, next) => {
    expect(page({ kind: 'link' }, [1], link === undefined ? {} : { link })?.next).toBe(next);
  });
});

describe('an address in the answer', () => {
  const how = { kind: 'link', items: 'value', next: '["@odata.nextLink"]', parameter: '$skiptoken' };
  it.each([
    ['https://graph.example.com/v1.0/me/drive/root/children?$top=2&$skiptoken=MjAx', 'MjAx'],
    ['https://graph.example.com/v1.0/children?%24skiptoken=X%2744%26', "X'44&"],
    ['?$skiptoken=a', 'a'],
    ['?$skipToken=a', 'a'],
    ['?$skipToken=a&$skiptoken=b', 'b'],
    ['https://elsewhere.example.com/?$skiptoken=a', 'a'],
    ['https://graph.example.com/v1.0/children?$skip=2', undefined],
    ['https://[', undefined],
    [7, undefined],
    [null, undefined],
  ])('%j leads to %j', (address, next) => {
    expect(page(how, { value: [1], '@odata.nextLink': address })).toEqual({ items: [1], ...(next && { next }) });
    const other = page(how, { value: [1] }, { link: '<?$skiptoken=b>; rel="next"' });
    expect(other).toEqual({ items: [1] });
  });
});

describe('a count', () => {
  const pages = { kind: 'page', items: 'items' };
  const offsets = { kind: 'offset', items: 'items' };
  it.each([
    [{ ...pages, more: 'more' }, { items: [1], more: 'x' }, {}, 2],
    [{ ...pages, more: 'more' }, { items: [1], more: null }, {}, undefined],
    [{ ...pages, first: 0 }, { items: [1] }, {}, 1],
    [pages, { items: [] }, { page: 4 }, undefined],
    [pages, { items: [1] }, { page: 4 }, 5],
    [{ ...pages, size: 'size' }, { items: [1] }, { size: 2 }, undefined],
    [{ ...pages, size: 'size' }, { items: [1, 2] }, { size: 2 }, 2],
    [offsets, { items: [1, 2] }, {}, 2],
    [offsets, { items: [1, 2] }, { page: 8 }, 10],
    [offsets, { items: [] }, { page: 8 }, undefined],
  ])('by %j of %j after %j is %j', (...[how, answer, args, next]) => {
    expect(page(how, answer, { args })?.next).toBe(next);
  });
});

it('is an empty list where providers leave it out, and no page where there is no list', () => {
  expect(page({ kind: 'link', items: 'items' }, {})).toEqual({ items: [] });
  expect(page({ kind: 'link' }, { message: 'hi' })).toBeUndefined();
  expect(page({ kind: 'link', items: 'items' }, { items: 'many' })).toBeUndefined();
});

it('tells how many there are, where that is a number', () => {
  expect(page({ kind: 'link', items: 'items', total: 'count' }, { items: [], count: 4 })).toEqual({
    items: [],
    total: 4,
  });
  expect(page({ kind: 'link', items: 'items', total: 'count' }, { items: [], count: 'x' })).toEqual({ items: [] });
});
