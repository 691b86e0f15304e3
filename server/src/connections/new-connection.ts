import type { Caller } from '../access/caller.ts';
import { findEndUsers } from '../access/end-users/end-user-store.ts';
import type { AuthMode, Connector } from '../catalog/connector.ts';
import { ownConnector } from '../catalog/own-connectors.ts';
import type { Context } from '../context.ts';
import { replaceCredentials } from '../credentials/credential-store.ts';
import { type Credentials, sealCredentials } from '../credentials/seal-credentials.ts';
import { Failure } from '../errors.ts';
import { actorOf, appendEvent } from '../events/append-event.ts';
import { isoTime } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { ConnectionScope, ConnectionStatus } from './connection.ts';
import { subjectOf } from './connection-events.ts';
import { insertConnection, type NewConnectionRow } from './connection-store.ts';
import { takeHandle, takeHandleByChance } from './handle.ts';
import type { Metadata } from './metadata/merge-metadata.ts';
import type { ConnectionSettings } from './settings/connection-settings.ts';
import { keepManifest } from './settings/manifest-store.ts';

/** A connection about to exist. */
export interface NewConnection {
  readonly connector: Connector;
  readonly label: string;
  readonly authMode: AuthMode;
  readonly scope: ConnectionScope;
  readonly crewId?: string | undefined;
  /** What an app writes on it. */
  readonly metadata?: Metadata | undefined;
  readonly status: Extract<ConnectionStatus, 'pending' | 'connected'>;
  readonly statusReason: string | null;
  readonly identity?: string | null;
  readonly loopback?: boolean;
  readonly config?: JsonObject;
  /** Default: just what the manifest says. */
  readonly settings?: ConnectionSettings | undefined;
  /** What its handle is made from. Default: the connector's id. */
  readonly handleBase?: string | undefined;
  readonly credentials?: Credentials;
  /** The OAuth app it brings, until somebody has signed in with it: it may go to other places than its other secrets. */
  readonly app?: Credentials | undefined;
  /** What somebody granted it already. */
  readonly grantedScopes?: readonly string[] | undefined;
  /** When the token among its credentials is over (RFC 3339), where it has an end. */
  readonly expiresAt?: string | null;
}

/** Seals before the transaction and hands back the insertion to run inside it, after the workspace's generation was bumped. */
export async function prepareConnection(
  ctx: Pick<Context, 'vault' | 'caller' | 'clock'>,
  wish: NewConnection,
): Promise<{ readonly id: string; readonly insert: (trx: WorkspaceTrx) => Promise<void> }> {
  const id = newId(ctx.clock.now());
  const owner = { id, workspaceId: ctx.caller.workspaceId, generation: 1 };
  const given = [wish.credentials, wish.app].filter((credentials) => credentials !== undefined);
  const sealed = await Promise.all(given.map((credentials) => sealCredentials(ctx.vault, owner, credentials)));
  const insert = async (trx: WorkspaceTrx): Promise<void> => {
    await requireStays(trx, ctx.caller);
    await insertConnection(trx, {
      ...rowOf(ctx, wish),
      id,
      handle: await handleFor(trx, ctx, wish),
    });
    await replaceCredentials(trx, id, sealed.flat());
    if (ownConnector(wish.connector.id) === undefined) await keepManifest(trx, ctx.clock, wish.connector);
    await appendEvent(trx, ctx.clock, {
      type: 'connection.started',
      actor: actorOf(ctx.caller),
      subject: subjectOf({ id }),
      data: { connector: wish.connector.id, label: labelOnRecord(ctx.caller, wish), scope: wish.scope },
    });
  };
  return { id, insert };
}

/** Throws CONFLICT where it would belong to an end user who was erased since the caller was told who they are. */
async function requireStays(trx: WorkspaceTrx, { endUser }: Caller): Promise<void> {
  if (endUser === undefined || (await findEndUsers(trx, [endUser.id])).size > 0) return;
  throw new Failure('CONFLICT', 'This end user was erased meanwhile. Name them again to begin anew.');
}

/** Of an end user's connection the record says nothing that could not be erased. */
function labelOnRecord({ endUser }: Caller, { label, connector }: NewConnection): string {
  return endUser === undefined ? label : connector.name;
}

function handleFor(
  trx: WorkspaceTrx,
  { caller, clock }: Pick<Context, 'caller' | 'clock'>,
  { handleBase, connector }: NewConnection,
): Promise<string> {
  const base = handleBase ?? connector.id;
  return caller.endUser ? takeHandleByChance(trx, base, () => newId(clock.now())) : takeHandle(trx, base);
}

function rowOf(
  { caller, clock }: Pick<Context, 'caller' | 'clock'>,
  wish: NewConnection,
): Omit<NewConnectionRow, 'id' | 'handle'> {
  const now = isoTime(clock);
  return {
    connector_id: wish.connector.id,
    connector_version: wish.connector.version,
    label: wish.label,
    scope: wish.scope,
    owner_user_id: wish.scope === 'personal' ? caller.userId : null,
    crew_id: wish.crewId ?? null,
    end_user_id: caller.endUser?.id ?? null,
    end_user_external_id: caller.endUser?.externalId ?? null,
    metadata: JSON.stringify(wish.metadata ?? {}),
    auth_mode: wish.authMode,
    status: wish.status,
    status_reason: wish.statusReason,
    is_active: 1,
    identity: wish.identity ?? null,
    granted_scopes: JSON.stringify(wish.grantedScopes ?? []),
    config: JSON.stringify(wish.config ?? {}),
    settings: JSON.stringify(wish.settings ?? {}),
    loopback: wish.loopback ? 1 : 0,
    generation: 1,
    credentials_version: 0,
    expires_at: wish.expiresAt ?? null,
    created_by: caller.userId,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
}
