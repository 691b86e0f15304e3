import { roleAtLeast } from '../../access/caller.ts';
import type { NamedEndUser } from '../../access/end-users/end-user-store.ts';
import { makeForEndUser } from '../../access/end-users/make-for-end-user.ts';
import { attach } from '../../auth-modes/index.ts';
import { accessToken } from '../../catalog/meant/brought-values.ts';
import type { Connector } from '../../catalog/connector.ts';
import type { Context } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { Failure } from '../../errors.ts';
import { pointer } from '../../lib/json-pointer.ts';
import { Secret } from '../../lib/secret.ts';
import type { Attachment } from '../../transports/attachment.ts';
import { isUsable } from '../../transports/http/merge-headers.ts';
import { openAndCheck, type Opening } from '../checking/open-and-check.ts';
import type { Connection, ConnectionScope } from '../connection.ts';
import { findConnector } from '../connector-of.ts';
import type { Metadata } from '../metadata/merge-metadata.ts';
import { credentialsOf } from '../sign-in/provider/own-app.ts';
import { isSubmitted } from '../values/availability.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';
import { seeConnection } from '../see-connection.ts';
import { awaitSignIn } from './await-sign-in.ts';
import { importToken } from './import-token.ts';
import type { Given } from './name-fields.ts';
import { type GivenParam, readGeneralParams } from './read-general-params.ts';
import { readHeaders } from './read-headers.ts';
import { type ReadSecurity, readSecurity } from './read-security.ts';
import { type GivenServer, readServers } from './read-servers.ts';
import { refusal } from './refuse-body.ts';

/** What `POST /v1/tools/connectors/:connector_id/connect` asks for (000). */
export interface NamedWish {
  readonly name: string;
  /** Absent: the latest, today and later. */
  readonly version?: string | undefined;
  readonly security: Given;
  readonly generalParams: readonly GivenParam[];
  readonly headers: Readonly<Record<string, string>>;
  readonly servers: readonly GivenServer[];
  readonly scope: Extract<ConnectionScope, 'personal' | 'workspace'>;
  readonly serviceAccount: boolean;
  /** Whose it is to be; absent: the caller's own, or the workspace's. */
  readonly endUser?: NamedEndUser | undefined;
  /** What an app writes on it. */
  readonly metadata?: Metadata | undefined;
}

/** A connection that is being checked, or one that waits for somebody to sign in through a browser. */
export type NamedOutcome = { readonly connection: Connection } | { readonly waiting: Connection };

/**
 * Connects a connector under a name without waiting for the provider (000). Throws FORBIDDEN for what takes a MANAGER and
 * INVALID_INPUT for what the connector does not take; nothing is kept then.
 */
export async function connectNamed(ctx: Context, connector: Connector, wish: NamedWish): Promise<NamedOutcome> {
  requireRole(ctx, wish);
  const opening = await openingOf(ctx, await inVersion(ctx, connector, wish.version), wish);
  const making = await contextFor(ctx, wish);
  const isReady = isSubmitted(opening.authMode) || opening.grant !== undefined;
  if (isReady) return { connection: await openAndCheck(making, opening) };
  return { waiting: await seeConnection(making, await awaitSignIn(making, opening)) };
}

/** What is refused names nobody: so this comes last. */
async function contextFor(ctx: Context, { endUser }: NamedWish): Promise<Context> {
  return endUser === undefined ? ctx : { ...ctx, caller: (await makeForEndUser(ctx, endUser)).caller };
}

function requireRole({ caller }: Context, { scope, endUser }: NamedWish): void {
  if (scope !== 'personal' && endUser !== undefined) throw refusal(pointer('access_scope'), theirsAlone);
  if (scope === 'personal' || roleAtLeast(caller.role, 'MANAGER')) return;
  throw new Failure('FORBIDDEN', 'An organizational connection is made by a MANAGER or above. Make a personal one.');
}

const theirsAlone = 'The connection of an end user is theirs alone. Leave access_scope out, or end_user.';

async function inVersion(ctx: Context, connector: Connector, version: string | undefined): Promise<Connector> {
  const found = await findConnector(ctx, connector.id, version);
  if (found) return found;
  const sentence = `${connector.name} has no such version here. Leave version out for the latest, ${connector.version}.`;
  throw refusal(pointer('version'), sentence);
}

/** Everything is read, and where it goes is checked, before anything is written. */
async function openingOf(ctx: Context, connector: Connector, wish: NamedWish): Promise<Opening> {
  const servers = await readServers(ctx, connector, wish.servers);
  const security = readSecurity(connector, wish.security, { server: servers[0]?.url, now: ctx.clock.now() });
  const { authMode, config } = security;
  const attached = attachedLater(security);
  requireUsable(Object.keys(attached.headers));
  const signedIn = await signInWith(ctx, security);
  const secrets: Record<string, Secret> = { ...signedIn.credentials.secrets, ...readHeaders(connector, wish.headers) };
  return {
    connector,
    label: wish.name,
    authMode,
    scope: wish.scope,
    config,
    metadata: wish.metadata,
    ...signedIn,
    credentials: { ...signedIn.credentials, secrets },
    loopback: mayUseLoopback(ctx, connector),
    settings: {
      generalParams: readGeneralParams(wish.generalParams, attached),
      servers,
      pinned: wish.version !== undefined,
      serviceAccount: wish.serviceAccount,
    },
  };
}

/** What will stand in every call, a token that nobody has yet included: parameters keep out of its place. */
function attachedLater({ connector, config, credentials }: ReadSecurity): Attachment {
  return attach(connector, { config, secrets: { [accessToken]: new Secret('a token'), ...credentials.secrets } });
}

/** What there is to sign in with: an imported token and what renews it, an OAuth app for whoever signs in, or the values. */
async function signInWith(ctx: Context, security: ReadSecurity): Promise<SignedInWith> {
  const { credentials, own, token } = security;
  if (token !== undefined) return importToken(ctx, { ...security, token });
  return { credentials, ...(own && { app: credentialsOf(own.client, own.origins) }) };
}

type SignedInWith = Pick<Opening, 'app' | 'grant' | 'grantedScopes'> & { readonly credentials: Credentials };

/** A header that a person chose for the key, too, must be one that can be sent. */
function requireUsable(names: readonly string[]): void {
  if (names.every(isUsable)) return;
  throw refusal(pointer('security', 'headerName'), 'A key cannot be sent in this header. Name another one.');
}
