import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    grants: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      box: string;
      /** Grows with every token; part of what the box is bound to. */
      version: number;
      obtained_at: string;
      expires_at: string | null;
      /** Milliseconds since the epoch, as are the other numbers: when the token is to be renewed; null: not by itself. */
      renew_at: number | null;
      /** How often in a row renewing has come to nothing. */
      failures: number;
      /** Why, in words. */
      problem: string | null;
      lease_owner: string | null;
      /** By the database's clock. */
      lease_until: number | null;
      /** Goes up with every lease: who holds an older one has lost the grant. */
      fence: number;
      /** The version that a request was begun for whose answer nobody has yet. */
      attempt_version: number | null;
      attempt_started_at: string | null;
      /** How many such requests nobody heard the answer of. */
      attempts: number;
    };
  }
}

/** In milliseconds since the epoch. */
export interface GrantTimes {
  readonly obtainedAt: number;
  readonly expiresAt: number | undefined;
  readonly renewAt: number | undefined;
}

/** What renews the token of a connection, sealed. */
export interface SealedGrant extends GrantTimes {
  readonly connectionId: string;
  readonly version: number;
  readonly box: string;
}

/** A grant as it is kept. */
export interface Grant extends SealedGrant {
  readonly failures: number;
  readonly problem: string | null;
  readonly fence: number;
  /** How many requests were begun with this version whose answer nobody heard. */
  readonly unanswered: number;
}

/** The grant of a connection, or `undefined` where there is none. */
export async function findGrant(db: WorkspaceRows, connectionId: string): Promise<Grant | undefined> {
  const row = await db.rows
    .selectFrom('grants')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    connectionId,
    version: row.version,
    box: row.box,
    obtainedAt: Date.parse(row.obtained_at),
    expiresAt: row.expires_at === null ? undefined : Date.parse(row.expires_at),
    renewAt: row.renew_at ?? undefined,
    failures: row.failures,
    problem: row.problem,
    fence: row.fence,
    unanswered: row.attempt_version === row.version ? row.attempts : 0,
  };
}

/**
 * Puts a grant in the place of the one there was; a renewal under way with that one is refused when it comes back. False,
 * and nothing changed, where another one has taken its place since it was sealed.
 */
export async function putGrant(trx: WorkspaceTrx, grant: SealedGrant): Promise<boolean> {
  const columns = columnsOf(grant);
  const result = await trx.rows
    .insertInto('grants')
    .values({ connection_id: grant.connectionId, ...columns, ...untouched, fence: 0 })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'connection_id'])
        .doUpdateSet((eb) => ({ ...columns, ...untouched, fence: eb('grants.fence', '+', 1) }))
        .where('grants.version', '<', grant.version),
    )
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Deletes what renews the connection's token; a renewal under way is refused when it comes back. */
export async function destroyGrant(trx: WorkspaceTrx, connectionId: string): Promise<void> {
  await trx.rows.deleteFrom('grants').where('connection_id', '=', connectionId).execute();
}

/** The columns of what is new about a grant. */
export function columnsOf({ box, version, obtainedAt, expiresAt, renewAt }: SealedGrant) {
  return {
    box,
    version,
    obtained_at: new Date(obtainedAt).toISOString(),
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    renew_at: renewAt ?? null,
  };
}

/** The columns of a grant that nobody is renewing and that nothing went wrong with. */
export const untouched = {
  failures: 0,
  problem: null,
  lease_owner: null,
  lease_until: null,
  attempt_version: null,
  attempt_started_at: null,
  attempts: 0,
} as const;
