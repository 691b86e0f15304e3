import type { Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import { findApp, listApps, type OauthApp } from './oauth-app-store.ts';

type Looking = { readonly db: WorkspaceRows; readonly config: Pick<Config, 'oauthApps'> };

/** The app that counts for a connector, in nothing but what may be shown of it. */
export interface AppInForce {
  readonly connectorId: string;
  /** Whose it is; `undefined` where there is none. */
  readonly source: 'workspace' | 'environment' | undefined;
  readonly clientId: string | undefined;
  readonly hasSecret: boolean;
  /** Which server it is for; `undefined`: what the manifest names. */
  readonly config: JsonObject | undefined;
  /** Of the workspace's (RFC 3339). */
  readonly createdAt: string | undefined;
  readonly updatedAt: string | undefined;
}

/** The app that counts for a connector: the workspace's before the environment's. */
export async function appInForce({ db, config }: Looking, connectorId: string): Promise<AppInForce> {
  const app = await findApp(db, connectorId);
  return app ? showOwn(app) : environmentApp(config, connectorId);
}

/** Every connector for which there is an app, in the order of their ids: the environment's for connectors of the catalog alone. */
export async function appsInForce({
  db,
  config,
  catalog,
}: Looking & { readonly catalog: { find(id: string): Connector | undefined } }): Promise<readonly AppInForce[]> {
  const own = (await listApps(db)).map(showOwn);
  const taken = new Set(own.map(({ connectorId }) => connectorId));
  const others = [...config.oauthApps.keys()].filter((id) => !taken.has(id) && catalog.find(id) !== undefined);
  return [...own, ...others.map((id) => environmentApp(config, id))].toSorted((left, right) =>
    left.connectorId < right.connectorId ? -1 : 1,
  );
}

function showOwn({ connectorId, clientId, box, config, createdAt, updatedAt }: OauthApp): AppInForce {
  return { connectorId, source: 'workspace', clientId, hasSecret: box !== null, config, createdAt, updatedAt };
}

function environmentApp({ oauthApps }: Pick<Config, 'oauthApps'>, connectorId: string): AppInForce {
  const app = oauthApps.get(connectorId);
  return {
    connectorId,
    source: app && 'environment',
    clientId: app?.clientId,
    hasSecret: app?.clientSecret !== undefined,
    config: undefined,
    createdAt: undefined,
    updatedAt: undefined,
  };
}
