import type { Catalog } from '../../catalog/catalog.ts';
import type { Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import type { Vault } from '../../vault/vault.ts';
import type { OauthClient, OauthServer } from '../oauth-server.ts';
import { appFits } from './app-fits.ts';
import { type AppAddresses, appAddresses } from './origins/app-origins.ts';
import { missingApp } from './missing-app.ts';
import { findApp } from './oauth-app-store.ts';
import { openApp } from './seal-app.ts';

/** What looking for a client needs: a request's context is one. */
export interface OauthApps {
  readonly config: Pick<Config, 'oauthApps' | 'publicUrl'>;
  readonly catalog: Pick<Catalog, 'find'>;
  readonly db: WorkspaceRows;
  readonly vault: Vault;
}

/** Whose connection it is for. */
export interface ClientWish {
  /** The values of the connection that are no secrets: they decide where the client's secret would go. */
  readonly config: JsonObject;
  /** The connection's own app, where it brought one. */
  readonly own?: OauthClient | undefined;
  /** An authorization server that was discovered; absent: the one that the manifest describes. */
  readonly server?: OauthServer | undefined;
}

/** A client and whose app it is, or what is missing, as a sentence that says what to do. */
export type FoundClient =
  | { readonly client: OauthClient; readonly source: 'connection' | 'workspace' | 'environment' }
  | { readonly missing: string };

/**
 * Who we are at a provider: the connection's own app, else the workspace's, else the environment's. The last two are for the
 * addresses that the manifest names, or an ADMIN with the app, and are sent nowhere else (S1, S9); the connector is the one
 * that the connection means, redirected or not.
 */
export async function findOauthClient(
  looking: OauthApps,
  connector: Connector,
  wish: ClientWish,
): Promise<FoundClient> {
  if (wish.own) return { client: wish.own, source: 'connection' };
  const listed = looking.catalog.find(connector.id);
  if (listed === undefined) return { missing: missingApp(connector, looking.config) };
  const app = (await workspaceApp(looking, listed)) ?? environmentApp(looking, listed);
  if (app === undefined) return { missing: missingApp(connector, looking.config) };
  const { client, source, addresses } = app;
  return appFits(addresses, connector, wish) ? { client, source } : { missing: elsewhere(connector) };
}

interface SharedApp {
  readonly client: OauthClient;
  readonly source: 'workspace' | 'environment';
  readonly addresses: AppAddresses;
}

async function workspaceApp({ db, vault }: OauthApps, listed: Connector): Promise<SharedApp | undefined> {
  const app = await findApp(db, listed.id);
  if (app === undefined) return undefined;
  const { clientId, secret } = await openApp({ db, vault }, app);
  const addresses = appAddresses(listed, app.config);
  return {
    client: { clientId, clientSecret: secret?.value },
    source: 'workspace',
    addresses: { ...addresses, secret: secret?.origins ?? addresses.secret },
  };
}

function environmentApp({ config }: OauthApps, listed: Connector): SharedApp | undefined {
  const client = config.oauthApps.get(listed.id);
  return client && { client, source: 'environment', addresses: appAddresses(listed, undefined) };
}

function elsewhere({ name }: Connector): string {
  return `The OAuth app that is set up here for ${name} is for other addresses than this connection names. Give the connection an OAuth app of its own.`;
}
