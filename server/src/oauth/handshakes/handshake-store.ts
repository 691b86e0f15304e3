import type { Selectable } from 'kysely';
import type { Fixed, WorkspaceColumn } from '../../storage/schema.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

/** Somebody signing in to a provider for a connection, from the first link to the end. */
export interface HandshakesTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  connection_id: Fixed<string>;
  /** Whose it is: it counts only in their browser, unless its binding is `direct` (S8). */
  user_id: Fixed<string>;
  /** Who asked for it. */
  principal: Fixed<string>;
  kind: Fixed<string>;
  binding: Fixed<string>;
  status: string;
  /** What goes on being needed, sealed; null once it is over. */
  box: string | null;
  /** Of the connection it was begun for: it counts for no other. */
  generation: Fixed<number>;
  identity: string | null;
  problem: string | null;
  expires_at: string;
  created_at: Fixed<string>;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    handshakes: HandshakesTable;
  }
}

/**
 * Where a handshake stands: our page asks (`asking`), the provider does (`waiting`), a browser came back and the code is being
 * exchanged (`taken`), its person is shown whose account it is (`confirming`).
 */
const underWay = ['asking', 'waiting', 'taken', 'confirming'] as const;
const statuses = [...underWay, 'done', 'failed'] as const;
export type HandshakeStatus = (typeof statuses)[number];
const kinds = ['code', 'device'] as const;
const bindings = ['person', 'direct'] as const;

export interface Handshake {
  readonly id: string;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly userId: string;
  readonly principal: string;
  readonly kind: (typeof kinds)[number];
  /** `direct`: the app of a key that may answers for the browser. */
  readonly binding: (typeof bindings)[number];
  readonly status: HandshakeStatus;
  readonly box: string | null;
  readonly generation: number;
  readonly identity: string | null;
  /** Why it failed, in a sentence. */
  readonly problem: string | null;
  readonly expiresAt: string;
  readonly createdAt: string;
}

/** A handshake about to exist, but for what every one has. */
export type NewHandshake = Omit<Handshake, 'workspaceId' | 'identity' | 'problem'>;

export async function findHandshake(db: WorkspaceRows, id: string): Promise<Handshake | undefined> {
  const row = await db.rows.selectFrom('handshakes').selectAll().where('id', '=', id).executeTakeFirst();
  return row && readHandshake(row);
}

/** The handshake of a connection that can still come to something at this time (RFC 3339). */
export async function findUnderWay(
  db: WorkspaceRows,
  connectionId: string,
  now: string,
): Promise<Handshake | undefined> {
  const row = await db.rows
    .selectFrom('handshakes')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('status', 'in', [...underWay])
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && readHandshake(row);
}

/** The handshake of a connection that was begun last, whatever became of it. */
export async function findLatest(db: WorkspaceRows, connectionId: string): Promise<Handshake | undefined> {
  const row = await db.rows
    .selectFrom('handshakes')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row && readHandshake(row);
}

/** Whether it can still come to something at this time (RFC 3339). */
export function isUnderWay({ status, expiresAt }: Handshake, now: string): boolean {
  return underWay.some((each) => each === status) && expiresAt > now;
}

/** Puts a new handshake in the place of the one that was under way: a connection has at most one. */
export async function putHandshake(trx: WorkspaceTrx, handshake: NewHandshake): Promise<void> {
  await endHandshakes(trx, handshake.connectionId, replaced);
  await trx.rows
    .insertInto('handshakes')
    .values({
      id: handshake.id,
      connection_id: handshake.connectionId,
      user_id: handshake.userId,
      principal: handshake.principal,
      kind: handshake.kind,
      binding: handshake.binding,
      status: handshake.status,
      box: handshake.box,
      generation: handshake.generation,
      identity: null,
      problem: null,
      expires_at: handshake.expiresAt,
      created_at: handshake.createdAt,
    })
    .execute();
}

/** What is said of a handshake that another one has replaced. */
export const replaced = 'Signing in was begun anew. Go on there, or start again.';

/** Ends whatever is under way for a connection, and forgets what it holds. */
export function endHandshakes(trx: WorkspaceTrx, connectionId: string, problem: string): Promise<void> {
  return endHandshakesOf(trx, [connectionId], problem);
}

/** The same for several connections. */
export async function endHandshakesOf(
  trx: WorkspaceTrx,
  connectionIds: readonly string[],
  problem: string,
): Promise<void> {
  await trx.rows
    .updateTable('handshakes')
    .set({ status: 'failed', problem, box: null })
    .where('connection_id', 'in', connectionIds)
    .where('status', 'in', [...underWay])
    .execute();
}

/** Where a handshake must stand for a step, and what it becomes. */
export interface Step {
  readonly from: readonly HandshakeStatus[];
  /** The box it must still have; absent: whichever. */
  readonly box?: string | null | undefined;
  /** The time of the step: nothing is done with what has expired. */
  readonly now: string;
  readonly change: Partial<Pick<Selectable<HandshakesTable>, 'status' | 'box' | 'identity' | 'problem' | 'expires_at'>>;
}

/** Takes one step of a handshake; false where it does not stand there any more: each step is taken once. */
export async function stepHandshake(trx: WorkspaceTrx, id: string, { from, box, now, change }: Step): Promise<boolean> {
  const result = await trx.rows
    .updateTable('handshakes')
    .set(change)
    .where('id', '=', id)
    .where('status', 'in', [...from])
    .where('expires_at', '>', now)
    .$if(box !== undefined, (query) => query.where('box', '=', box ?? ''))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Deletes the handshakes of every workspace that expired before this time (RFC 3339). */
export async function deleteHandshakes(storage: Pick<Storage, 'transact'>, before: string): Promise<void> {
  await storage.transact((trx) => trx.rows.deleteFrom('handshakes').where('expires_at', '<', before).execute());
}

function readHandshake(row: Selectable<HandshakesTable>): Handshake {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    connectionId: row.connection_id,
    userId: row.user_id,
    principal: row.principal,
    kind: oneOf(kinds, row.kind),
    binding: oneOf(bindings, row.binding),
    status: oneOf(statuses, row.status),
    box: row.box,
    generation: row.generation,
    identity: row.identity,
    problem: row.problem,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}

function oneOf<const Value extends string>(values: readonly Value[], text: string): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`The database holds "${text}" where one of ${values.join(', ')} belongs.`);
  return found;
}
