import LinkHeader from 'http-link-header';
import type { Pagination } from '../../../catalog/format/pagination.ts';
import type { EgressResponse } from '../../../egress/egress.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { readPath } from '../../../catalog/answers/read-path.ts';

/** The value of the argument that asks for the next page. */
export type NextPage = string | number;

/** One page of a list. */
export interface Page {
  readonly items: readonly unknown[];
  readonly next?: NextPage;
  readonly total?: number;
}

export interface PageParts {
  readonly pagination: Pagination;
  readonly args: JsonObject;
  /** The whole answer. */
  readonly answer: unknown;
  /** Its useful part, all of it, and as much of that as callers are shown. */
  readonly part: unknown;
  readonly shown: unknown;
  readonly response: Pick<EgressResponse, 'headers' | 'url'>;
}

/** The page that an answer is, and what asks for the one after it; `undefined` where there is no list. Pure. */
export function readPage(parts: PageParts): Page | undefined {
  const { pagination, answer, part, shown } = parts;
  const all = listAt(part, pagination.items);
  const items = listAt(shown, pagination.items);
  if (all === undefined || items === undefined) return undefined;
  const next = nextOf(pagination, parts, all);
  const total = pagination.total === undefined ? undefined : readPath(answer, pagination.total);
  return { items, ...(next === undefined ? {} : { next }), ...(typeof total === 'number' ? { total } : {}) };
}

/** Providers leave out empty lists. */
function listAt(value: unknown, path: string | undefined): readonly unknown[] | undefined {
  const found = path === undefined ? value : (readPath(value, path) ?? []);
  return Array.isArray(found) ? found : undefined;
}

function nextOf(pagination: Pagination, parts: PageParts, items: readonly unknown[]): NextPage | undefined {
  const { args, answer, response } = parts;
  switch (pagination.kind) {
    case 'cursor': {
      if (!says(answer, pagination.more)) return undefined;
      const last = pagination.last === undefined ? undefined : readPath(items.at(-1), pagination.last);
      return asNext(pagination.next === undefined ? last : readPath(answer, pagination.next));
    }
    case 'link':
      return valueIn(leadingOn(pagination.next, parts), response.url, pagination.parameter ?? pagination.argument);
    case 'page':
      return goesOn(pagination, parts, items) ? numberIn(args, pagination.argument, pagination.first) + 1 : undefined;
    case 'offset':
      return goesOn(pagination, parts, items) ? numberIn(args, pagination.argument, 0) + items.length : undefined;
  }
}

/** What is left out of an answer says no, where it is meant to say it. */
function says(answer: unknown, more: string | undefined): boolean {
  return more === undefined || Boolean(readPath(answer, more));
}

function asNext(value: unknown): NextPage | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? value : undefined;
}

type Counted = Extract<Pagination, { kind: 'page' | 'offset' }>;

function goesOn({ more, size }: Counted, { args, answer }: PageParts, items: readonly unknown[]): boolean {
  if (more !== undefined) return says(answer, more);
  const asked = size === undefined ? 1 : numberIn(args, size, 1);
  return items.length >= asked;
}

function numberIn(args: JsonObject, name: string, otherwise: number): number {
  const value = args[name];
  return typeof value === 'number' ? value : otherwise;
}

/** Where the list goes on, as the provider says it: at a path of its answer, or in the Link header. */
function leadingOn(next: string | undefined, { answer, response }: PageParts): unknown {
  return next === undefined ? linksIn(response.headers['link'] ?? '')[0]?.uri : readPath(answer, next);
}

/** One value out of the address that leads on, never the address: it could be anybody's (S1, S10). Some spell `$skipToken` as they like. */
function valueIn(address: unknown, base: string, parameter: string): NextPage | undefined {
  const url = typeof address === 'string' ? URL.parse(address, base) : null;
  const entries = [...(url?.searchParams ?? [])].map(([name, value]) => [name.toLowerCase(), value] as const);
  return asNext(url?.searchParams.get(parameter) ?? entries.find(([name]) => name === parameter.toLowerCase())?.[1]);
}

function linksIn(header: string): readonly { readonly uri: string }[] {
  try {
    return LinkHeader.parse(header).rel('next');
  } catch {
    return [];
  }
}
