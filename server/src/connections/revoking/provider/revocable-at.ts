import { accessToken } from '../../../catalog/meant/brought-values.ts';
import { originOf } from '../../../catalog/origins.ts';
import type { App } from '../../../context.ts';
import type { CodeGrant } from '../../../credentials/grants/grant.ts';
import { findGrant, type Grant } from '../../../credentials/grants/grant-store.ts';
import { openGrant } from '../../../credentials/grants/seal-grant.ts';
import { listCredentials } from '../../../credentials/credential-store.ts';
import { openCredentials } from '../../../credentials/open-credentials.ts';
import type { WorkspaceDb } from '../../../storage/storage.ts';
import { VaultError } from '../../../vault/vault.ts';
import type { Connection } from '../../connection.ts';
import { findConnectorOf } from '../../connector-of.ts';
import { grantedServer, mayBeTold } from './granted-server.ts';
import type { RevokedTokens } from './sealed-tokens.ts';

/** A connection whose provider can be told that it is over. */
export interface Revocable {
  readonly tokens: RevokedTokens;
  /** Where it is told. */
  readonly origin: string;
}

/** One whose provider cannot, and why. */
export interface Unrevocable {
  readonly outcome: 'not_supported' | 'failed';
  readonly message: string;
}

type Looking = Pick<App, 'vault' | 'catalog' | 'config'> & { readonly db: WorkspaceDb };

/** What is known of a connection's provider, and what the connection had to renew its token with when that was found out. */
export interface Provider {
  readonly grant: Grant | undefined;
  readonly found: Revocable | Unrevocable;
}

/** Whether the provider of a connection can be told that it is over, and with what (RFC 7009, or a way of its own). */
export async function revocableAt(app: Looking, connection: Connection): Promise<Provider> {
  // What was sealed anew while it was read opens the second time.
  return (await attempt(app, connection)) ?? (await attempt(app, connection)) ?? (await unopened(app, connection));
}

/** `undefined` where its secrets do not open. */
async function attempt(app: Looking, connection: Connection): Promise<Provider | undefined> {
  const grant = await findGrant(app.db, connection.id);
  if (grant === undefined) return { grant, found: await withoutGrant(app, connection) };
  try {
    const opened = await openGrant(app, grant);
    return { grant, found: opened.kind === 'code' ? await ofGrant(app, connection, opened) : notSupported(exchanged) };
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

async function unopened({ db }: Looking, { id }: Connection): Promise<Provider> {
  return { grant: await findGrant(db, id), found: failed(unopenable) };
}

/** What is said where its secrets were moved or altered. */
export const unopenable = 'Its secrets do not open, so that its provider could not be told.';

async function withoutGrant({ db }: Looking, { id }: Connection): Promise<Unrevocable> {
  const held = await listCredentials(db, id);
  return notSupported(held.length === 0 ? 'It held nothing secret.' : submitted);
}

async function ofGrant(app: Looking, connection: Connection, grant: CodeGrant): Promise<Revocable | Unrevocable> {
  const { client, server: discovered, origins, refreshToken } = grant;
  if (client === undefined) return notSupported(imported);
  const connector = await findConnectorOf(app, connection);
  if (connector === undefined)
    return failed('Its connector is no longer in the catalog, so that nobody knows whom to tell.');
  const server = grantedServer(app, { connection, connector, discovered });
  if (server === undefined) return failed('Its connector no longer says where people sign in.');
  const origin = server.ownRevocation?.origin ?? originOf(server.revocationUrl ?? '');
  if (origin === undefined) return notSupported('The provider offers no way to revoke a token.');
  if (!mayBeTold(server, origins)) return failed('The provider is told at an address that its tokens are not for.');
  const { secrets } = await openCredentials(app, connection.id);
  const { clientId, clientSecret } = client;
  const tokens = { refreshToken, accessToken: secrets[accessToken] };
  return { origin, tokens: { ...tokens, client: { clientId, clientSecret }, discovered, origins } };
}

const submitted = 'It was made with a key or password, which only its provider can end. End it there.';
const exchanged = 'Its token was exchanged for something that was submitted. End that at its provider.';
const imported = 'Its token was imported without the OAuth app it was issued to, which alone can revoke it.';

function notSupported(message: string): Unrevocable {
  return { outcome: 'not_supported', message };
}

function failed(message: string): Unrevocable {
  return { outcome: 'failed', message };
}
