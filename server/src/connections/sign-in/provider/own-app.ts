import { originOf } from '../../../catalog/origins.ts';
import type { Context } from '../../../context.ts';
import { listCredentials } from '../../../credentials/credential-store.ts';
import { findGrant } from '../../../credentials/grants/grant-store.ts';
import { openGrant } from '../../../credentials/grants/seal-grant.ts';
import { openListed } from '../../../credentials/open-credentials.ts';
import type { Credentials } from '../../../credentials/seal-credentials.ts';
import { Failure } from '../../../errors.ts';
import type { Json, JsonObject } from '../../../lib/json.ts';
import { Secret } from '../../../lib/secret.ts';
import type { OauthClient } from '../../../oauth/oauth-server.ts';
import type { Connection } from '../../connection.ts';

/** The fields of a form that are somebody's own OAuth app, not values of the connection. */
const clientId = 'client_id';
const clientSecret = 'client_secret';

/** An OAuth app that a connection brings with it. */
export interface OwnApp {
  readonly client: OauthClient;
  /** What it was given for (S1): the origins of the provider's token endpoints, or of the MCP server. */
  readonly origins: readonly string[];
  /** What the authorization server of an MCP server calls itself, where somebody signed in there with it: it is for no other. */
  readonly issuer?: string | undefined;
}

interface Submitted {
  readonly config: JsonObject;
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** Submitted values apart from the OAuth app among them. Throws BAD_REQUEST for a secret of no app. */
export function takeOwnApp({ config, secrets }: Submitted): Submitted & { readonly own: OauthClient | undefined } {
  const { [clientId]: id, ...values } = config;
  const { [clientSecret]: secret, ...others } = secrets;
  if (!isNamed(id)) {
    if (secret === undefined) return { config: values, secrets: others, own: undefined };
    throw new Failure('BAD_REQUEST', `missing required field: ${clientId}. It goes with ${clientSecret}.`);
  }
  return { config: values, secrets: others, own: { clientId: id, clientSecret: secret } };
}

function isNamed(id: Json | undefined): id is string {
  return typeof id === 'string' && id !== '';
}

/** An app as credentials of a connection that waits for somebody to sign in, with what it is given for (S1). */
export function credentialsOf(
  { clientId: id, clientSecret: secret }: OauthClient,
  origins: readonly string[],
): Credentials {
  return { secrets: { [clientId]: new Secret(id), ...(secret && { [clientSecret]: secret }) }, origins };
}

/** The app that a connection brought: it waits among its credentials, and is part of its grant once somebody signed in. */
export async function findOwnApp(
  ctx: Pick<Context, 'db' | 'vault'>,
  { id }: Pick<Connection, 'id'>,
): Promise<OwnApp | undefined> {
  const waiting = (await listCredentials(ctx.db, id)).filter(({ field }) => isAppField(field));
  if (waiting.length > 0) {
    const { secrets, origins } = await openListed(ctx, id, waiting);
    return { client: { clientId: secrets[clientId]?.reveal() ?? '', clientSecret: secrets[clientSecret] }, origins };
  }
  return grantedApp(ctx, id);
}

async function grantedApp(ctx: Pick<Context, 'db' | 'vault'>, id: string): Promise<OwnApp | undefined> {
  const kept = await findGrant(ctx.db, id);
  const grant = kept && (await openGrant(ctx, kept));
  if (grant?.kind !== 'code' || grant.client?.source !== 'connection') return undefined;
  const { client, server, origins } = grant;
  return { client: { clientId: client.clientId, clientSecret: client.clientSecret }, origins, issuer: server?.issuer };
}

/** Whether a credential of a connection is part of its OAuth app. */
export function isAppField(field: string): boolean {
  return field === clientId || field === clientSecret;
}

/** Throws CONFLICT where an app was given for other addresses than its secret would go to now (S1). */
export function requireMeant({ client, origins }: OwnApp, addresses: readonly string[]): void {
  if (client.clientSecret === undefined) return;
  if (addresses.every((address) => origins.includes(originOf(address) ?? ''))) return;
  throw new Failure('CONFLICT', 'The OAuth app of this connection was given for another address. Connect it again.');
}
