import type { App } from '../../../context.ts';
import { revokeToken } from '../../../oauth/revoke-token.ts';
import type { WorkspaceDb } from '../../../storage/storage.ts';
import { VaultError } from '../../../vault/vault.ts';
import type { Connection } from '../../connection.ts';
import { findConnectorOf } from '../../connector-of.ts';
import { findReceipt, type Receipt } from '../receipt-store.ts';
import { grantedServer, mayBeTold } from './granted-server.ts';
import { unopenable } from './revocable-at.ts';
import { openTokens, type RevokedTokens } from './sealed-tokens.ts';

/** What a provider said. */
export type Told =
  | { readonly outcome: 'revoked_at_provider'; readonly message: null }
  | { readonly outcome: 'failed'; readonly message: string }
  /** It may be told later; after so many milliseconds where it says when. */
  | { readonly outcome: 'unreachable'; readonly message: string; readonly retryAfterMs?: number | undefined };

export type Telling = Pick<App, 'vault' | 'catalog' | 'egress' | 'clock' | 'config'> & {
  readonly db: WorkspaceDb;
  readonly signal: AbortSignal;
};

/** Tells the provider of a connection that is over that its tokens are, too. */
export async function tellProvider(app: Telling, connection: Connection, receipt: Receipt): Promise<Told> {
  const tokens = await opened(app, connection, receipt);
  if (tokens === undefined) return failed(unopenable);
  const connector = await findConnectorOf(app, connection);
  const { discovered, origins, refreshToken, accessToken } = tokens;
  const { clientId, clientSecret } = tokens.client;
  const server = connector && grantedServer(app, { connection, connector, discovered });
  if (server === undefined || !mayBeTold(server, origins))
    return failed('Its connector changed before the provider was told, and names no address that the tokens are for.');
  const door = {
    egress: app.egress.of(connection.workspaceId),
    clock: app.clock,
    loopback: connection.loopback,
    signal: app.signal,
  };
  const answer = await revokeToken(door, server, { client: { clientId, clientSecret }, refreshToken, accessToken });
  if ('unreachable' in answer)
    return { outcome: 'unreachable', message: answer.message, retryAfterMs: answer.retryAfterMs };
  return answer.ok ? { outcome: 'revoked_at_provider', message: null } : failed(answer.message);
}

async function opened(app: Telling, connection: Connection, receipt: Receipt): Promise<RevokedTokens | undefined> {
  const tokens = await open(app, connection, receipt);
  if (tokens !== undefined) return tokens;
  // What was sealed anew since it was read opens now.
  const now = await findReceipt(app.db, connection.id);
  return now && open(app, connection, now);
}

async function open(
  { vault }: Telling,
  { id, workspaceId }: Connection,
  { generation, box }: Receipt,
): Promise<RevokedTokens | undefined> {
  if (box === null) return undefined;
  try {
    return await openTokens(vault, { id, workspaceId, generation }, box);
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

function failed(message: string): Told {
  return { outcome: 'failed', message };
}
