import { type Acting, requireAuthority } from '../../access/acting.ts';
import { bumpGeneration } from '../../access/generations.ts';
import type { Connector } from '../../catalog/connector.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Vault } from '../../vault/vault.ts';
import type { OauthClient } from '../oauth-server.ts';
import { readAppConfig } from './app-config.ts';
import { appAddresses } from './origins/app-origins.ts';
import { deleteApp, findApp, type OauthApp, putApp } from './oauth-app-store.ts';
import { sealApp } from './seal-app.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'oauth_app.set': {
      readonly connector: string;
      readonly client_id: string;
      readonly has_secret: boolean;
      readonly fields: JsonObject | null;
    };
    'oauth_app.removed': { readonly connector: string };
  }
}

/** An app to be set. */
export interface AppWish extends OauthClient {
  /** Values of the connector's fields that say which server it is for; absent: the addresses that the manifest names. */
  readonly fields?: unknown;
}

/**
 * Sets the app that the workspace signs in to a connector with, in the place of the one before. Its secret is sealed for the
 * addresses of the manifest, or of the server that is named (S1). It takes a person (S3): it says to whom everybody else hands
 * their consent.
 */
export async function setOauthApp(
  acting: Acting & { readonly vault: Vault },
  connector: Connector,
  { fields, ...client }: AppWish,
): Promise<OauthApp> {
  requireAuthority(acting.caller);
  const config = fields === undefined ? undefined : readAppConfig(connector, fields);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const before = await findApp(acting.db, connector.id);
    const app = await nextApp(acting, { connector, client, config, before });
    if (await replaceApp(acting, before, app)) return app;
  }
  throw new Failure('CONFLICT', 'Somebody else is changing this OAuth app right now. Try again.');
}

/** Others may come first now and then, and each of them is done afterwards. */
const mostAttempts = 5;

interface Wish {
  readonly connector: Connector;
  readonly client: OauthClient;
  readonly config: JsonObject | undefined;
  readonly before: OauthApp | undefined;
}

async function nextApp(
  { caller, clock, vault }: Acting & { readonly vault: Vault },
  { connector, client: { clientId, clientSecret }, config, before }: Wish,
): Promise<OauthApp> {
  const now = isoTime(clock);
  const connectorId = connector.id;
  const generation = (before?.generation ?? 0) + 1;
  const owner = { workspaceId: caller.workspaceId, connectorId, generation };
  const sealed =
    clientSecret && sealApp(vault, owner, { value: clientSecret, origins: appAddresses(connector, config).secret });
  return {
    connectorId,
    clientId,
    box: (await sealed) ?? null,
    config,
    generation,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
}

/** Answers false, and changes nothing, where the app is not the one any more that was there before. */
async function replaceApp(
  { caller, clock, db }: Acting,
  before: OauthApp | undefined,
  app: OauthApp,
): Promise<boolean> {
  return db.transact(async (trx) => {
    await bumpGeneration(trx);
    const current = await findApp(trx, app.connectorId);
    if (current?.generation !== before?.generation || current?.createdAt !== before?.createdAt) return false;
    await putApp(trx, app);
    await appendEvent(trx, clock, {
      type: 'oauth_app.set',
      actor: actorOf(caller),
      subject: subjectOf(app.connectorId),
      data: {
        connector: app.connectorId,
        client_id: app.clientId,
        has_secret: app.box !== null,
        fields: app.config ?? null,
      },
    });
    return true;
  });
}

/** Deletes the workspace's app for a connector, and its sealed secret; NOT_FOUND where there is none. It takes a person (S3). */
export async function removeOauthApp({ caller, clock, db }: Acting, connectorId: string): Promise<void> {
  requireAuthority(caller);
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (!(await deleteApp(trx, connectorId))) throw noSuchApp(connectorId);
    const data = { connector: connectorId };
    const subject = subjectOf(connectorId);
    await appendEvent(trx, clock, { type: 'oauth_app.removed', actor: actorOf(caller), subject, data });
  });
}

/** NOT_FOUND for an app that the workspace does not have. */
export function noSuchApp(connectorId: string): Failure {
  return new Failure('NOT_FOUND', `This workspace has no OAuth app of its own for "${connectorId}".`);
}

function subjectOf(connectorId: string): string {
  return `oauth_app:${connectorId}`;
}
