import type { Pagination } from '../../catalog/format/pagination.ts';
import { pagingArguments, pagingLimits } from '../../catalog/input/paging-arguments.ts';
import type { Context } from '../../context.ts';
import { isRecord, type JsonObject } from '../../lib/json.ts';
import type { NextPage, Page } from '../../transports/http/answer/read-page.ts';
import type { Outcome, Rejected } from '../../transports/outcome.ts';
import { callTimeoutMs } from '../limits/call-timeout.ts';
import { fixedValue } from '../specs/fixed-value.ts';
import { propertiesOf } from '../specs/input-properties.ts';
import type { Carried } from './carry.ts';
import { openCursor, sealCursor } from './page-cursor.ts';

/** Carries one request of a list with these arguments, in so many milliseconds at most. */
export type CarryPage = (args: JsonObject, timeoutMs: number) => Promise<Outcome>;

/**
 * Carries a call of a list that goes on: from `cursor` where one is given, one page of it, or with `all` as many as the
 * limits let through, in the time of one call. What it answers as `next` goes on from there; where a later page fails, what was read so far counts.
 */
export async function carryPages(
  ctx: Context,
  call: Carried,
  { pagination, carry }: { readonly pagination: Pagination; readonly carry: CarryPage },
): Promise<Outcome> {
  const first = firstPage(ctx, call, pagination);
  if ('rejected' in first) return first.rejected;
  const until = ctx.clock.now() + callTimeoutMs(call.found.connector);
  const at = (next: NextPage): JsonObject => ({ ...first.args, ...argumentFor(call, pagination, next) });
  const read = (args: JsonObject): Promise<Outcome> => carry(args, Math.max(until - ctx.clock.now(), 1));
  const outcome = await read(first.args);
  const page = outcome.status === 'ok' ? pageIn(outcome.output) : undefined;
  if (page === undefined) return outcome;
  const sofar = call.args['all'] === true ? await readOn(page, (next) => read(at(next))) : page;
  return { status: 'ok', output: shown(ctx, call, { page: sofar, pagination }) };
}

type First = { readonly args: JsonObject } | { readonly rejected: Rejected };

/** The provider's own arguments of the first page. */
function firstPage(ctx: Context, call: Carried, pagination: Pagination): First {
  const ours = new Set([...pagingArguments(pagination), 'cursor']);
  const args = Object.fromEntries(Object.entries(call.args).filter(([name]) => !ours.has(name)));
  const { cursor } = call.args;
  if (cursor === undefined) return { args };
  if (Object.hasOwn(args, pagination.argument))
    return { rejected: rejectCursor(`cannot be given together with ${pagination.argument}`) };
  const next = openCursor(ctx, call.found, String(cursor));
  if (next === undefined)
    return { rejected: rejectCursor('is none that this tool answered as next. Leave it out to begin anew') };
  return { args: { ...args, ...argumentFor(call, pagination, next) } };
}

/** As the argument takes it: a number where its schema asks for one. */
function argumentFor({ found }: Carried, { argument }: Pagination, next: NextPage): JsonObject {
  return { [argument]: fixedValue(propertiesOf(found.spec.input)[argument], String(next)) };
}

interface ReadPages extends Page {
  /** Why it did not go on, as the last page said. */
  readonly stopped?: string;
}

async function readOn(page: Page, read: (next: NextPage) => Promise<Outcome>): Promise<ReadPages> {
  let sofar = page;
  let latest = page;
  for (let count = 1; count < pagingLimits.pages; count += 1) {
    const { next } = latest;
    if (next === undefined || sofar.items.length + latest.items.length > pagingLimits.items) return sofar;
    const outcome = await read(next);
    const following = outcome.status === 'ok' ? pageIn(outcome.output) : undefined;
    if (following === undefined)
      return { ...sofar, stopped: 'message' in outcome ? outcome.message : 'It is no list.' };
    const { next: _, ...items } = { ...sofar, items: [...sofar.items, ...following.items] };
    sofar = following.next === undefined ? items : { ...items, next: following.next };
    latest = following;
  }
  return sofar;
}

interface Shown {
  readonly page: ReadPages;
  readonly pagination: Pagination;
}

/** A page that the connection fixes leads nowhere else. */
function shown(ctx: Context, { found }: Carried, { page, pagination }: Shown): unknown {
  const { next, ...rest } = page;
  if (next === undefined || Object.hasOwn(found.fixed.args, pagination.argument)) return rest;
  return { ...rest, next: sealCursor(ctx, found, next) };
}

function pageIn(output: unknown): Page | undefined {
  return isPage(output) ? output : undefined;
}

/** What `readResponse` makes of a list. */
function isPage(output: unknown): output is Page {
  return isRecord(output) && Array.isArray(output['items']);
}

function rejectCursor(message: string): Rejected {
  const problems = [{ path: '/cursor', message }];
  return { status: 'rejected', reason: 'input', message: `The argument cursor ${message}.`, problems };
}
