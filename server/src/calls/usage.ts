import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WorkspaceRows } from '../storage/storage.ts';
import type { CallRecord, CallStatus } from './call-log.ts';

/** How often, and between when. Times in RFC 3339. */
export interface Used {
  calls: number;
  firstAt: string;
  lastAt: string;
}

export interface ToolUsage extends Pick<CallRecord, 'tool' | 'effect'>, Used {
  /** How many calls came to what. */
  readonly statuses: Partial<Record<CallStatus, number>>;
}

export interface CallerUsage extends Pick<CallRecord, 'principal' | 'userId' | 'onBehalfOf'>, Used {}

/** What a connection was used for. */
export interface Usage {
  readonly calls: number;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** The first thousand in the order of their first call, as are the callers. */
  readonly tools: readonly ToolUsage[];
  readonly callers: readonly CallerUsage[];
}

/** Calls read at a time: others have a turn in between. */
const atOnce = 1_000;
const mostListed = 1_000;

/** What a connection was used for since a time (RFC 3339 with milliseconds, UTC), by whom, as far as the log of calls goes back. */
export async function usageOf(
  db: WorkspaceRows,
  { connectionId, since }: { readonly connectionId: string; readonly since: string },
): Promise<Usage> {
  const tally: Tally = { total: undefined, tools: new Map(), callers: new Map() };
  let after = { at: since, id: '' };
  for (;;) {
    const calls = await callsAfter(db, connectionId, after);
    for (const call of calls) count(tally, call);
    const last = calls.at(-1);
    if (last === undefined || calls.length < atOnce) break;
    after = last;
    await nextTurn();
  }
  const { total, tools, callers } = tally;
  const { calls = 0, firstAt = null, lastAt = null } = total ?? {};
  return { calls, firstAt, lastAt, tools: [...tools.values()], callers: [...callers.values()] };
}

/** When a connection was called last, as far as the log of calls goes back. */
export async function lastCallAt({ rows }: WorkspaceRows, connectionId: string): Promise<string | null> {
  const calls = rows.selectFrom('calls').select('at').where('connection_id', '=', connectionId);
  return (await calls.orderBy('at', 'desc').limit(1).executeTakeFirst())?.at ?? null;
}

type Call = Pick<CallRecord, 'id' | 'at' | 'tool' | 'effect' | 'status' | 'principal' | 'userId' | 'onBehalfOf'>;

function callsAfter(
  { rows }: WorkspaceRows,
  connectionId: string,
  { at, id }: Pick<Call, 'at' | 'id'>,
): Promise<readonly Call[]> {
  return rows
    .selectFrom('calls')
    .select(['id', 'at', 'tool', 'effect', 'status', 'principal', 'user_id as userId', 'on_behalf_of as onBehalfOf'])
    .where('connection_id', '=', connectionId)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '>', tuple(at, id)))
    .orderBy('at')
    .orderBy('id')
    .limit(atOnce)
    .execute();
}

interface Tally {
  total: Used | undefined;
  readonly tools: Map<string, ToolUsage>;
  readonly callers: Map<string, CallerUsage>;
}

function count(tally: Tally, call: Call): void {
  const { at, tool, effect, status, principal, userId, onBehalfOf } = call;
  const first: Used = { calls: 0, firstAt: at, lastAt: at };
  tally.total ??= { ...first };
  add(tally.total, at);
  const used = entry<ToolUsage>(tally.tools, `${effect} ${tool}`, () => ({ tool, effect, ...first, statuses: {} }));
  if (used) {
    add(used, at);
    used.statuses[status] = (used.statuses[status] ?? 0) + 1;
  }
  const by = entry(tally.callers, `${principal} ${userId} ${onBehalfOf}`, () => ({
    principal,
    userId,
    onBehalfOf,
    ...first,
  }));
  if (by) add(by, at);
}

function add(used: Used, at: string): void {
  used.calls += 1;
  used.lastAt = at;
}

/** `undefined` where too many are known already. */
function entry<Entry>(known: Map<string, Entry>, key: string, make: () => Entry): Entry | undefined {
  const found = known.get(key);
  if (found !== undefined || known.size >= mostListed) return found;
  const made = make();
  known.set(key, made);
  return made;
}
