import { bumpGeneration } from '../../../access/generations.ts';
import { accessToken } from '../../../catalog/meant/brought-values.ts';
import type { Connector } from '../../../catalog/connector.ts';
import { originOf, originsOf, tokenOriginsOf } from '../../../catalog/origins.ts';
import { listCredentials, replaceCredentials } from '../../../credentials/credential-store.ts';
import type { CodeGrant } from '../../../credentials/grants/grant.ts';
import { putGrant } from '../../../credentials/grants/grant-store.ts';
import { sealGrant } from '../../../credentials/grants/seal-grant.ts';
import { openListed } from '../../../credentials/open-credentials.ts';
import { type Credentials, sealCredentials } from '../../../credentials/seal-credentials.ts';
import { Failure } from '../../../errors.ts';
import { actorOf } from '../../../events/append-event.ts';
import { enqueue } from '../../../jobs/enqueue.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { Secret } from '../../../lib/secret.ts';
import { clientHeld, type ContentsAt } from '../../../oauth/handshakes/handshake-box.ts';
import { type Handshake, type HandshakeStatus, stepHandshake } from '../../../oauth/handshakes/handshake-store.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import { probeValues } from '../../checking/probe-values.ts';
import type { Connection } from '../../connection.ts';
import { changeConnection } from '../../connection-store.ts';
import { healthColumns, tellHealth } from '../../health/health-columns.ts';
import { type Transition, transition } from '../../health/transition.ts';
import { sessionKeyOf } from '../../tools/mcp-server-of.ts';
import { prepareTools } from '../../tools/store-tools.ts';
import { isAppField } from '../provider/own-app.ts';
import type { SignInContext } from '../sign-in-context.ts';

/** A sign-in that is to count. */
export interface AcceptedSignIn {
  readonly connection: Connection;
  readonly connector: Connector;
  readonly handshake: Pick<Handshake, 'id'>;
  /** Where the handshake stands until it does. */
  readonly from: HandshakeStatus;
  readonly came: ContentsAt<'came'>;
  readonly identity: string | null;
  /** What else is done in the transaction that makes it count. */
  readonly beside?: ((trx: WorkspaceTrx) => Promise<void>) | undefined;
}

/**
 * Makes a sign-in count: in one transaction the handshake is done, the token and what renews it are sealed, and the connection
 * is connected; or nothing has changed. Its id, handle and switches stay. Throws CONFLICT where it was changed meanwhile and
 * INVALID_INPUT where its server refuses the token.
 */
export async function keepSignIn(ctx: SignInContext, accepted: AcceptedSignIn): Promise<void> {
  const { connection } = accepted;
  const write = await prepareKeeping(ctx, accepted);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await write(trx);
    await accepted.beside?.(trx);
  });
  ctx.mcp.drop(sessionKeyOf(connection));
}

/** Seals and asks before the transaction, and hands back what to do in it. */
async function prepareKeeping(
  ctx: SignInContext,
  accepted: AcceptedSignIn,
): Promise<(trx: WorkspaceTrx) => Promise<void>> {
  const { connection, connector, came } = accepted;
  const generation = connection.generation + 1;
  const config = { ...connection.config, ...came.captured };
  const credentials = await credentialsOf(ctx, accepted, originsOf(connector, config));
  const sealed = await sealCredentials(ctx.vault, { ...connection, generation }, credentials);
  const grant = await sealGrant(ctx, connection.id, {
    secrets: grantOf(came, grantOrigins(connector, { config, came })),
    obtainedAt: came.obtainedAt,
    expiresAt: came.expiresAt,
    renewBefore: connector.oauth?.renew_before,
  });
  const takeTools = await toolsOf(ctx, accepted, { ...connection, generation, config, credentials });
  return async (trx) => {
    await finish(trx, ctx, accepted);
    const changed = await changeConnection(trx, connection, {
      ...columnsOf(ctx, accepted),
      config: JSON.stringify(config),
      generation,
    });
    if (!changed || !(await putGrant(trx, grant))) throw changedMeanwhile();
    await replaceCredentials(trx, connection.id, sealed);
    await takeTools(trx);
    await tell(trx, ctx, accepted);
  };
}

/** The token, and what the connection has besides it as long as that goes where it was given for (S1). */
async function credentialsOf(
  ctx: SignInContext,
  { connection, came }: AcceptedSignIn,
  origins: readonly string[],
): Promise<Credentials> {
  const stored = await listCredentials(ctx.db, connection.id);
  const others = stored.filter(({ field }) => field !== accessToken && !isAppField(field));
  const before = await openListed(ctx, connection.id, others);
  const kept = origins.every((origin) => before.origins.includes(origin)) ? before.secrets : {};
  return { secrets: { ...kept, [accessToken]: new Secret(came.accessToken) }, origins };
}

/** Where refresh token and client secret may go (S1). */
function grantOrigins(
  connector: Connector,
  { config, came: { discovered } }: { readonly config: JsonObject; readonly came: ContentsAt<'came'> },
): readonly string[] {
  if (discovered === undefined) return tokenOriginsOf(connector, config);
  const urls = [discovered.tokenUrl, discovered.revocationUrl].filter((url) => url !== undefined);
  return [...new Set(urls.flatMap((url) => originOf(url) ?? []))];
}

function grantOf(came: ContentsAt<'came'>, origins: readonly string[]): CodeGrant {
  const { client, discovered, refreshToken, scopes } = came;
  return {
    kind: 'code',
    refreshToken: refreshToken === undefined ? undefined : new Secret(refreshToken),
    client: { source: client.source, ...clientHeld(came) },
    server: discovered,
    origins,
    scopes,
  };
}

type Probed = Connection & { readonly credentials: Credentials };

/** The tools of an MCP server are there together with the connection; where it does not answer now, it is asked again later. */
async function toolsOf(
  ctx: SignInContext,
  { connector, came }: AcceptedSignIn,
  probed: Probed,
): Promise<(trx: WorkspaceTrx) => Promise<void>> {
  if (connector.mcp === undefined) return async () => undefined;
  const askLater = async (trx: WorkspaceTrx): Promise<void> => {
    const uniqueKey = `${probed.id}:${probed.generation}`;
    await enqueue(trx, ctx.clock, { kind: 'connection.check', payload: { connectionId: probed.id }, uniqueKey });
  };
  if (came.expiresAt !== undefined && came.expiresAt <= ctx.clock.now()) return askLater;
  const probe = await probeValues({ ...ctx, workspaceId: probed.workspaceId }, connector, probed);
  if ('unreachable' in probe) return askLater;
  if (!probe.ok) throw new Failure('INVALID_INPUT', `The server refuses the token it asked for. ${probe.message}`);
  return probe.tools === undefined ? askLater : prepareTools(ctx.clock, probed, probe.tools);
}

async function finish(trx: WorkspaceTrx, { clock }: SignInContext, accepted: AcceptedSignIn): Promise<void> {
  const { handshake, from, identity } = accepted;
  const change = { status: 'done', box: null, identity, problem: null };
  if (!(await stepHandshake(trx, handshake.id, { from: [from], now: isoTime(clock), change })))
    throw changedMeanwhile();
}

function changedMeanwhile(): Failure {
  return new Failure('CONFLICT', 'The connection was changed by somebody else meanwhile. Sign in again.');
}

function columnsOf({ clock }: SignInContext, { connection, came, identity }: AcceptedSignIn) {
  return {
    ...healthColumns(clock, afterSignIn(connection)),
    identity,
    granted_scopes: JSON.stringify(came.scopes),
    expires_at: came.expiresAt === undefined ? null : new Date(came.expiresAt).toISOString(),
  } as const;
}

function afterSignIn(connection: Connection): Transition {
  return transition(connection, { is: 'replaced' });
}

async function tell(
  trx: WorkspaceTrx,
  { caller, clock }: SignInContext,
  { connection, identity }: AcceptedSignIn,
): Promise<void> {
  const facts = { connection, actor: actorOf(caller), identity };
  await tellHealth(trx, clock, { ...facts, transition: afterSignIn(connection) });
}
