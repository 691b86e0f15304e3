import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { sql } from 'kysely';
import { isRecord } from '../../server/src/lib/json.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { loose } from './loose-database.ts';
import { connectNamed, settled } from './named-connections.ts';
import { type OidcOptions, type OidcServer, startOidc } from './oidc.ts';
import type { Plugboard } from './plugboard.ts';
import { startTokenGate, type TokenGate } from './token-gate.ts';

/** An API that takes the access tokens of a certified authorization server, whose token endpoint is behind a gate. */
export interface SignedInApi {
  readonly oidc: OidcServer;
  readonly gate: TokenGate;
  readonly url: string;
  /** The access tokens it was called with, in order. */
  readonly calls: readonly { readonly token: string; readonly status: number }[];
  /** A connector of it by this id; `more` stands in its `oauth` block. */
  manifest(id: string, more?: string): string;
  /** What its token endpoint hands out to somebody who signs in. */
  newToken(): Promise<Record<string, unknown>>;
  /** Ends what somebody granted, as they would at the provider (RFC 7009). */
  revoke(refreshToken: unknown): Promise<void>;
  /** From now on it turns down every token that was handed out so far. */
  forgetTokens(): void;
  stop(): Promise<void>;
}

const redirectUri = 'https://plugboard.example/callback';

/** Starts all of it. */
export async function startSignedInApi(options: OidcOptions = {}): Promise<SignedInApi> {
  const oidc = await startOidc(options);
  const gate = await startTokenGate(oidc.endpoints.token);
  const calls: { token: string; status: number }[] = [];
  const forgotten = new Set<string>();
  const server = createServer(async (request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const seen = forgotten.has(token) ? undefined : await oidc.seeToken(token);
    const status = seen === undefined ? 401 : 200;
    calls.push({ token, status });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ user: seen?.user ?? null, path: request.url }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const url = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
  return {
    oidc,
    gate,
    url,
    calls,
    manifest: (id, more = '') => manifestOf({ id, url, oidc, gate, more }),
    newToken: () => signInAt(oidc),
    revoke: (refreshToken) => revokeAt(oidc, String(refreshToken)),
    forgetTokens: () => calls.forEach(({ token }) => forgotten.add(token)),
    async stop() {
      server.closeAllConnections();
      server.close();
      await Promise.all([gate.stop(), oidc.stop(), once(server, 'close')]);
    },
  };
}

interface ManifestParts {
  readonly id: string;
  readonly url: string;
  readonly oidc: OidcServer;
  readonly gate: TokenGate;
  readonly more: string;
}

function manifestOf({ id, url, oidc, gate, more }: ManifestParts): string {
  return `
schema: 1
id: ${id}
name: ${id}
version: 1.0.0
description: An API of people who signed in.
category: testing
auth_mode: byo_oauth
brand_color: '#000000'
oauth:
  authorization_url: '${oidc.endpoints.authorization}'
  token_url: '${gate.url}'
  scopes: [openid]
  ${more}
verify: { kind: http, method: GET, url: '${url}/me', expect_status: [200], account: user }
http: { base_url: '${url}' }
tools:
  - name: get_thing
    label: Get a thing
    description: Returns one thing by its name.
    effect: read
    input:
      type: object
      properties: { name: { type: string, description: 'Which' } }
      required: [name]
      additionalProperties: false
    operation: { method: GET, path: '/things/\${arg.name}' }
  - name: make_thing
    label: Make a thing
    description: Makes one thing with a name.
    effect: write
    input:
      type: object
      properties: { name: { type: string, description: 'Its name' } }
      required: [name]
      additionalProperties: false
    operation: { method: POST, path: /things, body: { name: '\${arg.name}' } }
`;
}

/** What a person and the client `plugboard` do to get a token (RFC 6749 §4.1, RFC 7636). */
async function signInAt({ endpoints, client, signIn }: OidcServer): Promise<Record<string, unknown>> {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(endpoints.authorization);
  url.search = new URLSearchParams({
    client_id: client.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid read',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const back = await signIn(url.href);
  const code = back.searchParams.get('code') ?? '';
  const answer = await fetch(endpoints.token, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic(client)).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  if (!answer.ok) throw new Error(`No token was handed out: ${await answer.text()}`);
  const handedOut: unknown = await answer.json();
  if (!isRecord(handedOut)) throw new Error('No token was handed out.');
  return { ...handedOut, client_id: client.clientId, client_secret: client.clientSecret };
}

async function revokeAt({ endpoints, client }: OidcServer, token: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(basic(client)).toString('base64')}`;
  const body = new URLSearchParams({ token });
  const answer = await fetch(endpoints.revocation, { method: 'POST', headers: { authorization }, body });
  if (!answer.ok) throw new Error(`It was not revoked: ${await answer.text()}`);
}

/** RFC 6749 §2.3.1: both are form-encoded first. */
function basic({ clientId, clientSecret }: OidcServer['client']): string {
  return `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
}

export interface ImportWish {
  readonly connector: string;
  /** Default: a new one. */
  readonly token?: Readonly<Record<string, unknown>>;
}

/** Imports a token of the API and answers the id of the connection once it works. */
export async function importedConnection(
  plugboard: Pick<Plugboard, 'call'>,
  api: SignedInApi,
  { connector, token }: ImportWish,
): Promise<string> {
  const security = { authMethod: 'oauth2', oauth2Token: token ?? (await api.newToken()) };
  const body = { name: 'Imported', security, access_scope: 'organizational' };
  const record = await settled(plugboard, await connectNamed(plugboard, connector, body));
  if (record['status'] !== 'connected') throw new Error(`It was not connected: ${JSON.stringify(record)}`);
  return String(record['id']);
}

/** Reads one thing over a connection. */
export function getThing({ call }: Pick<Plugboard, 'call'>, id: string, key?: string) {
  const as = key === undefined ? {} : { key };
  return call(`POST /api/v1/connections/${id}/tools/get_thing/call`, { ...as, body: { arguments: { name: 'one' } } });
}

/** In milliseconds; `renewAt` is when somebody renews it who does not need it. Default: at once. */
export interface TokenEnd {
  readonly leftMs: number;
  readonly now?: number;
  readonly renewAt?: number;
}

/** Has the token of a connection end in so many milliseconds, whatever was said when it was handed out. */
export async function endToken(
  storage: Storage,
  id: string,
  { leftMs, now = Date.now(), renewAt = now - 1 }: TokenEnd,
): Promise<void> {
  const expires_at = new Date(now + leftMs).toISOString();
  const hourAgo = new Date(now - 3_600_000).toISOString();
  await storage.transact(async (trx) => {
    const rows = loose(trx.rows);
    await rows
      .updateTable('workspace_state')
      .set({ generation: sql<number>`generation + 1` })
      .execute();
    await rows.updateTable('connections').set({ expires_at }).where('id', '=', id).execute();
    await rows
      .updateTable('grants')
      .set({ expires_at, renew_at: renewAt, obtained_at: hourAgo })
      .where('connection_id', '=', id)
      .execute();
  });
}
