import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import { findConnection } from '../connection-store.ts';
import { decideTools, type HeldWhy, type KnownName, type ToolDecisions } from './decide-tools.ts';
import { flagTools } from './flags/flag-tools.ts';
import { type DiscoveredTool, digestOfTool } from './tool-definition.ts';
import { readToolList, saveToolList } from './tool-lists.ts';
import { askAboutNew } from './tool-switches.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    /** Tools that nobody may call until a person has looked at them; of very many, the first. */
    'tool.held': {
      readonly tools: readonly { readonly name: string; readonly why: HeldWhy }[];
      readonly count: number;
    };
  }
}

type Owner = Pick<Connection, 'id' | 'generation'>;

/** Puts what a server lists now in the place of what was seen before; nothing where the connection has moved on since it was asked. */
export async function storeTools(
  ctx: Pick<Context, 'db' | 'clock'>,
  owner: Owner,
  tools: readonly DiscoveredTool[],
): Promise<void> {
  const store = prepareTools(ctx.clock, owner, tools);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await store(trx);
  });
}

/** Works out before the transaction what to put, and hands back the putting, to run after the workspace's generation was bumped. */
export function prepareTools(
  clock: Clock,
  { id, generation }: Owner,
  tools: readonly DiscoveredTool[],
): (trx: WorkspaceTrx) => Promise<void> {
  const rows = rowsOf(tools, isoTime(clock));
  return async (trx) => {
    const connection = await findConnection(trx, id);
    if (connection?.generation !== generation || connection.deletedAt !== null) return;
    await keep(trx, { id, clock, rows });
  };
}

/** Those of the tools whose names any database can keep. */
export function storable(tools: readonly DiscoveredTool[]): readonly DiscoveredTool[] {
  return tools.filter(({ name }) => name.isWellFormed());
}

/**
 * Forgets what was seen: it was another server's. What was accepted goes with it only where a person has moved the connection;
 * otherwise the tools of the new address are compared with it (S3).
 */
export async function forgetTools(
  trx: WorkspaceTrx,
  connectionId: string,
  { accepted }: { readonly accepted: boolean },
): Promise<void> {
  await trx.rows.deleteFrom('discovered_tools').where('connection_id', '=', connectionId).execute();
  if (!accepted) return;
  await trx.rows.deleteFrom('accepted_tools').where('connection_id', '=', connectionId).execute();
  await saveToolList(trx, connectionId, { firstSeenAt: null });
}

interface ToolRow {
  readonly name: string;
  readonly effect: DiscoveredTool['effect'];
  readonly definition: string;
  readonly digest: string;
  readonly flags: string;
  readonly seenAt: string;
}

function rowsOf(tools: readonly DiscoveredTool[], seenAt: string): readonly ToolRow[] {
  const flags = flagTools(tools);
  return storable(tools).map((tool) => ({
    name: tool.name,
    effect: tool.effect,
    definition: JSON.stringify(tool),
    digest: digestOfTool(tool),
    flags: JSON.stringify(flags.get(tool.name) ?? []),
    seenAt,
  }));
}

interface Keeping {
  readonly id: string;
  readonly clock: Clock;
  readonly rows: readonly ToolRow[];
}

async function keep(trx: WorkspaceTrx, { id, clock, rows }: Keeping): Promise<void> {
  const { newTools, firstSeenAt } = await readToolList(trx, id);
  const names = await knownNames(trx, id);
  const listed = rows.map((row) => ({ ...row, isFlagged: row.flags !== '[]' }));
  const decisions = decideTools(listed, { names, isFirst: firstSeenAt === null, newTools });
  const byName = new Map(rows.map((row) => [row.name, row]));
  const pick = (wanted: readonly string[]) => wanted.flatMap((name) => byName.get(name) ?? []);
  await deleteSeen(trx, id, [...decisions.gone, ...decisions.changed]);
  await insertSeen(trx, id, pick(decisions.changed));
  await insertAccepted(trx, id, pick(decisions.accept));
  await askAboutNew(trx, id, decisions.ask);
  if (firstSeenAt === null) await saveToolList(trx, id, { firstSeenAt: isoTime(clock) });
  await tellHeld(trx, { id, clock }, decisions);
}

async function knownNames(trx: WorkspaceTrx, id: string): Promise<ReadonlyMap<string, KnownName>> {
  const [seen, accepted] = [await digestsIn(trx, 'discovered_tools', id), await digestsIn(trx, 'accepted_tools', id)];
  const names = new Set([...seen.keys(), ...accepted.keys()]);
  return new Map([...names].map((name) => [name, { seen: seen.get(name), accepted: accepted.get(name) }]));
}

async function digestsIn(
  trx: WorkspaceTrx,
  table: 'discovered_tools' | 'accepted_tools',
  id: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await trx.rows.selectFrom(table).select(['name', 'digest']).where('connection_id', '=', id).execute();
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}

/** Few enough for the parameters of one statement on either engine. */
const atOnce = 500;

function* pieces<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += atOnce) yield items.slice(start, start + atOnce);
}

async function deleteSeen(trx: WorkspaceTrx, id: string, names: readonly string[]): Promise<void> {
  for (const some of pieces(names)) {
    await trx.rows.deleteFrom('discovered_tools').where('connection_id', '=', id).where('name', 'in', some).execute();
  }
}

async function insertSeen(trx: WorkspaceTrx, id: string, rows: readonly ToolRow[]): Promise<void> {
  for (const some of pieces(rows)) {
    const values = some.map(({ name, definition, digest, flags, seenAt }) => ({
      connection_id: id,
      name,
      definition,
      digest,
      flags,
      seen_at: seenAt,
    }));
    await trx.rows.insertInto('discovered_tools').values(values).execute();
  }
}

async function insertAccepted(trx: WorkspaceTrx, id: string, rows: readonly ToolRow[]): Promise<void> {
  for (const some of pieces(rows)) {
    const values = some.map(({ name, definition, digest, seenAt }) => ({
      connection_id: id,
      name,
      definition,
      digest,
      accepted_by: null,
      accepted_at: seenAt,
    }));
    await trx.rows.insertInto('accepted_tools').values(values).execute();
  }
}

const mostTold = 100;

async function tellHeld(
  trx: WorkspaceTrx,
  { id, clock }: Pick<Keeping, 'id' | 'clock'>,
  { hold }: Pick<ToolDecisions, 'hold'>,
): Promise<void> {
  if (hold.length === 0) return;
  await appendEvent(trx, clock, {
    type: 'tool.held',
    actor: systemActor,
    subject: subjectOf({ id }),
    data: { tools: hold.slice(0, mostTold), count: hold.length },
  });
}
