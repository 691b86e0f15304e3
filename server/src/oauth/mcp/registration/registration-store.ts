import type { WorkspaceRows, WorkspaceTrx } from '../../../storage/storage.ts';
import type { Box } from '../../../vault/vault.ts';

declare module '../../../storage/schema.ts' {
  interface Tables {
    oauth_registrations: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      issuer: Fixed<string>;
      redirect_uri: Fixed<string>;
      client_id: Fixed<string>;
      /** How the client proves itself, its secret with it. */
      box: Fixed<string>;
      expires_at: Fixed<string | null>;
      created_at: Fixed<string>;
    };
  }
}

/** Where a client is registered: never used with another issuer, nor with another redirect URI. */
export interface RegisteredAt {
  readonly issuer: string;
  readonly redirectUri: string;
}

/** A client that we registered (RFC 7591). */
export interface Registration extends RegisteredAt {
  readonly id: string;
  readonly clientId: string;
  readonly box: Box;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

/** The workspace's client at an authorization server. */
export async function findRegistration(
  db: WorkspaceRows,
  { issuer, redirectUri }: RegisteredAt,
): Promise<Registration | undefined> {
  const row = await db.rows
    .selectFrom('oauth_registrations')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('redirect_uri', '=', redirectUri)
    .executeTakeFirst();
  return row && readRegistration(row);
}

/** Keeps a client unless somebody was faster; in the place of one that is over, where that is still there. */
export async function putRegistration(
  trx: WorkspaceTrx,
  registration: Registration,
  over: Registration | undefined,
): Promise<void> {
  const { id, issuer, redirectUri, clientId, box, expiresAt, createdAt } = registration;
  if (over) await trx.rows.deleteFrom('oauth_registrations').where('id', '=', over.id).execute();
  const row = { id, issuer, redirect_uri: redirectUri, client_id: clientId, box };
  await trx.rows
    .insertInto('oauth_registrations')
    .values({ ...row, expires_at: expiresAt, created_at: createdAt })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'issuer', 'redirect_uri']).doNothing())
    .execute();
}

function readRegistration(row: {
  readonly id: string;
  readonly issuer: string;
  readonly redirect_uri: string;
  readonly client_id: string;
  readonly box: string;
  readonly expires_at: string | null;
  readonly created_at: string;
}): Registration {
  return {
    id: row.id,
    issuer: row.issuer,
    redirectUri: row.redirect_uri,
    clientId: row.client_id,
    box: row.box,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}
