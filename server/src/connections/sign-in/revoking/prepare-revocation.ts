import { z } from 'zod';
import { accessToken } from '../../../catalog/meant/brought-values.ts';
import type { Context } from '../../../context.ts';
import type { CodeGrant } from '../../../credentials/grants/grant.ts';
import { findGrant } from '../../../credentials/grants/grant-store.ts';
import { openGrant } from '../../../credentials/grants/seal-grant.ts';
import { openCredentials } from '../../../credentials/open-credentials.ts';
import { enqueue } from '../../../jobs/enqueue.ts';
import { parseJson } from '../../../lib/json.ts';
import { discoveredServerSchema } from '../../../oauth/mcp/discovered-server.ts';
import { Secret } from '../../../lib/secret.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import { type Vault, VaultError } from '../../../vault/vault.ts';
import type { Connection } from '../../connection.ts';
import { findConnectorOf } from '../../connector-of.ts';
import { grantedServer, mayBeTold } from './granted-server.ts';

declare module '../../../jobs/jobs.ts' {
  interface JobTypes {
    /** The box is sealed: it holds the tokens of a connection that is gone. */
    'connection.revoke_tokens': { readonly connectionId: string; readonly box: string };
  }
}

/** The tokens of a connection that is deleted, and who they were issued to. */
const revoked = z.strictObject({
  refreshToken: z.string().optional(),
  accessToken: z.string().optional(),
  clientId: z.string(),
  clientSecret: z.string().optional(),
  discovered: discoveredServerSchema.optional(),
  /** The only origins that they may be sent to (S1). */
  origins: z.array(z.string()).readonly(),
});

export type RevokedTokens = z.output<typeof revoked>;

type Revoking = Pick<Context, 'db' | 'vault' | 'catalog' | 'clock' | 'config'>;

/**
 * Seals the tokens of a connection that is about to be deleted, and hands back what has them revoked at the provider in that
 * transaction (RULINGS 004.7); `undefined` where there is none, or the provider has no endpoint for that.
 */
export async function prepareRevocation(ctx: Revoking, connection: Connection): Promise<Revocation | undefined> {
  try {
    return await sealed(ctx, connection);
  } catch (error) {
    // What does not open cannot be revoked, and must not keep anybody from deleting it.
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

type Revocation = (trx: WorkspaceTrx) => Promise<void>;

async function sealed(ctx: Revoking, connection: Connection): Promise<Revocation | undefined> {
  const kept = await findGrant(ctx.db, connection.id);
  const grant = kept && (await openGrant(ctx, kept));
  if (grant?.kind !== 'code' || !(await isRevocable(ctx, connection, grant))) return undefined;
  const { secrets } = await openCredentials(ctx, connection.id);
  const tokens = { refreshToken: grant.refreshToken?.reveal(), accessToken: secrets[accessToken]?.reveal() };
  const { client: { clientId = '', clientSecret } = {}, server: discovered, origins } = grant;
  const held: RevokedTokens = { ...tokens, clientId, clientSecret: clientSecret?.reveal(), discovered, origins };
  const box = await ctx.vault.seal(slotOf(connection), new Secret(JSON.stringify(held)));
  const payload = { connectionId: connection.id, box };
  return (trx) => enqueue(trx, ctx.clock, { kind: 'connection.revoke_tokens', payload, uniqueKey: connection.id });
}

async function isRevocable(ctx: Revoking, connection: Connection, grant: CodeGrant): Promise<boolean> {
  const connector = await findConnectorOf(ctx, connection);
  const server = connector && grantedServer(ctx, { connection, connector, discovered: grant.server });
  return grant.client !== undefined && server !== undefined && mayBeTold(server, grant.origins);
}

/** What was sealed of a deleted connection. Throws VaultError where it was moved or altered. */
export async function openRevoked(vault: Vault, connection: Owner, box: string): Promise<RevokedTokens> {
  const opened = await vault.open(slotOf(connection), box);
  return revoked.parse(parseJson(opened.reveal()));
}

type Owner = Pick<Connection, 'id' | 'workspaceId' | 'generation'>;

function slotOf({ id, workspaceId, generation }: Owner) {
  return { kind: 'credential', workspaceId, record: id, field: 'revocation', generation } as const;
}
