import { bumpGeneration } from '../../access/generations.ts';
import type { Connector } from '../../catalog/connector.ts';
import { openCredentials } from '../../credentials/open-credentials.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { type HandshakeContents, sealHandshake } from '../../oauth/handshakes/handshake-box.ts';
import { type NewHandshake, putHandshake } from '../../oauth/handshakes/handshake-store.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { waitingForSignIn } from '../checking/open-and-check.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import { changeConnection, findConnection } from '../connection-store.ts';
import { connectorOf } from '../connector-of.ts';
import { requireBrowser } from '../values/availability.ts';
import { findOwnApp, isAppField } from './provider/own-app.ts';
import { goesStraight, sendOff, type SignInWish, stateMinutes } from './send-off.ts';
import type { SignInContext } from './sign-in-context.ts';
import { signInServer, type SignInTarget } from './provider/sign-in-server.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'connection.sign_in_begun': { readonly connector: string; readonly flow: 'code' | 'device' };
    'connection.sign_in_failed': { readonly connector: string; readonly reason: string };
  }
}

/** Minutes that a link to our page may be opened. */
const linkMinutes = 24 * 60;
const minuteMs = 60_000;

/** A sign-in about to begin: the address to open, and what to write in the transaction that begins it. */
export interface PreparedSignIn {
  readonly oauthUrl: string;
  /** Runs after the workspace's generation was bumped. */
  readonly record: (trx: WorkspaceTrx) => Promise<void>;
}

/**
 * Begins signing in to the provider and answers the address to open: the provider's own for somebody who is signed in here
 * or a key with `oauth:direct`, a page of ours for everybody else (S8). A sign-in that was under way is over.
 */
export async function beginSignIn(ctx: SignInContext, connection: Connection, wish: SignInWish): Promise<string> {
  const target = await targetOf(ctx, connection);
  const { oauthUrl, record } = await prepareSignIn(ctx, target, wish);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await requireUnchanged(trx, connection);
    await record(trx);
    await waitAgain(trx, ctx, connection);
  });
  return oauthUrl;
}

/** Gathers and checks everything before the transaction, the network included. Throws as `signInServer` does. */
export async function prepareSignIn(
  ctx: SignInContext,
  target: SignInTarget,
  wish: SignInWish,
): Promise<PreparedSignIn> {
  const { caller } = ctx;
  const owner = { id: newId(ctx.clock.now()), workspaceId: caller.workspaceId, generation: target.generation };
  const binding = caller.via === 'key' && goesStraight(caller) ? 'direct' : 'person';
  const { oauthUrl, held, minutes } = await firstStep(ctx, owner, { target, wish });
  const handshake: NewHandshake = {
    ...beginning(ctx, owner, target),
    kind: 'code',
    binding,
    status: held.stage === 'asked' ? 'asking' : 'waiting',
    box: await sealHandshake(ctx.vault, owner, held),
    expiresAt: isoTime(ctx.clock, minutes * minuteMs),
  };
  return { oauthUrl, record: (trx) => recordBegun(trx, ctx, { handshake, connector: target.connector }) };
}

/** What every new handshake of a caller says. */
export function beginning(
  { caller, clock }: SignInContext,
  { id, generation }: { readonly id: string; readonly generation: number },
  { id: connectionId }: Pick<SignInTarget, 'id'>,
) {
  const { userId, principal } = caller;
  return { id, generation, connectionId, userId, principal, createdAt: isoTime(clock) } as const;
}

/** Puts a handshake and its event on record, in the transaction that begins it. */
export async function recordBegun(
  trx: WorkspaceTrx,
  { caller, clock }: SignInContext,
  { handshake, connector }: { readonly handshake: NewHandshake; readonly connector: Pick<Connector, 'id'> },
): Promise<void> {
  await putHandshake(trx, handshake);
  await appendEvent(trx, clock, {
    type: 'connection.sign_in_begun',
    actor: actorOf(caller),
    subject: subjectOf({ id: handshake.connectionId }),
    data: { connector: connector.id, flow: handshake.kind },
  });
}

interface FirstStep {
  readonly oauthUrl: string;
  readonly held: HandshakeContents;
  readonly minutes: number;
}

async function firstStep(
  ctx: SignInContext,
  owner: { readonly id: string; readonly workspaceId: string },
  { target, wish }: { readonly target: SignInTarget; readonly wish: SignInWish },
): Promise<FirstStep> {
  if (goesStraight(ctx.caller)) {
    const { url, held } = await sendOff(ctx, owner, { target, wish });
    return { oauthUrl: url, held: { ...held, url }, minutes: stateMinutes };
  }
  // What an MCP server asks for is found out when somebody goes there; what is missing here is said at once.
  if (target.authMode === 'byo_oauth') await signInServer(ctx, target);
  const { scopes = [], selectAccount = false } = wish;
  const held: HandshakeContents = { stage: 'asked', scopes: [...scopes], selectAccount };
  return { oauthUrl: pageOf(ctx, owner.id), held, minutes: linkMinutes };
}

/** The page of ours where a handshake stands, or a connection that waits for one. */
export function pageOf({ config: { publicUrl } }: Pick<SignInContext, 'config'>, id: string): string {
  return `${publicUrl}/connect/${id}`;
}

/** What somebody signs in for, of a connection that exists. Throws BAD_REQUEST where its values are submitted. */
export async function targetOf(ctx: SignInContext, connection: Connection): Promise<SignInTarget> {
  const connector = await connectorOf(ctx, connection);
  requireBrowser(connector, connection.authMode);
  const { secrets } = await openCredentials(ctx, connection.id);
  const others = Object.entries(secrets).filter(([field]) => !isAppField(field));
  return { ...connection, connector, secrets: Object.fromEntries(others), own: await findOwnApp(ctx, connection) };
}

/** Throws CONFLICT where the connection is not what it was when this was prepared. */
export async function requireUnchanged(
  trx: WorkspaceTrx,
  { id, generation }: Pick<Connection, 'id' | 'generation'>,
): Promise<void> {
  const now = await findConnection(trx, id);
  if (now?.generation === generation && now.deletedAt === null) return;
  throw new Failure('CONFLICT', 'The connection was changed by somebody else meanwhile. Look at it and try again.');
}

/** Why it did not come to anything before is no longer why it is pending. */
export async function waitAgain(
  trx: WorkspaceTrx,
  { clock }: Pick<SignInContext, 'clock'>,
  connection: Connection,
): Promise<void> {
  if (connection.status !== 'pending' || connection.statusReason === waitingForSignIn) return;
  await changeConnection(trx, connection, { status_reason: waitingForSignIn, updated_at: isoTime(clock) });
}
