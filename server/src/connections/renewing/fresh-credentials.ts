import { accessToken } from '../../catalog/meant/brought-values.ts';
import type { Context } from '../../context.ts';
import { openRecently } from '../../credentials/recent-credentials.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { Outcome } from '../../transports/outcome.ts';
import type { Connection } from '../connection.ts';
import { findConnection } from '../connection-store.ts';
import { awaitRenewal } from './await-renewal.ts';
import type { RenewalReason } from './decide-renewal.ts';
import type { Renewal, Renewing } from './renew.ts';
import { renewSoon } from './renew-soon.ts';

/** What opening needs, and when to stop waiting. */
export type Freshening = Renewing & Pick<Context, 'db' | 'signal'>;

/** Why a connection has no secrets to use right now, as a call is answered. */
export interface Refusal {
  readonly refused: Extract<Outcome, { status: 'rejected' | 'unavailable' }>;
}

export type Fresh = Credentials | Refusal;

/** From here on a call has the token renewed; what a manifest has renewed earlier than that, the background does. */
const soonMs = 5 * 60_000;
/** A token with less left could be over on the way. */
const hardMs = 1_000;

/**
 * The secrets of a connection with a token that is still good. Without an end in sight that costs nothing; near it the token
 * is renewed beside the call, which goes on with the one there is; only after it does the call wait (R1).
 */
export function freshCredentials(ctx: Freshening, connection: Connection): Promise<Fresh> {
  const { expiresAt } = connection;
  if (expiresAt === null) return openRecently(ctx, connection);
  const leftMs = Date.parse(expiresAt) - ctx.clock.now();
  if (leftMs <= hardMs) return renewed(ctx, connection);
  if (leftMs < soonMs) renewSoon(ctx, connection);
  return openRecently(ctx, connection);
}

/**
 * The same after the provider has turned down the token among those that were used: a newer one, asked for at most once a
 * minute, or why it cannot be asked for right now; `undefined` where there is none to be had.
 */
export async function forcedCredentials(
  ctx: Freshening,
  connection: Connection,
  used: Credentials,
): Promise<Fresh | undefined> {
  if (!Object.hasOwn(used.secrets, accessToken)) return undefined;
  const renewal = await renewalOf(ctx, connection, 'refused');
  const isOutOfQuestion = renewal.is === 'over' || (renewal.is === 'later' && renewal.until === undefined);
  return isOutOfQuestion ? undefined : outcomeOf(ctx, connection, renewal);
}

async function renewed(ctx: Freshening, connection: Connection): Promise<Fresh> {
  return outcomeOf(ctx, connection, await renewalOf(ctx, connection, 'expiring'));
}

function renewalOf(ctx: Freshening, seen: Connection, reason: RenewalReason): Promise<Renewal> {
  return awaitRenewal(ctx, { workspaceId: seen.workspaceId, connectionId: seen.id, reason, seen });
}

async function outcomeOf(ctx: Freshening, { id }: Connection, renewal: Renewal): Promise<Fresh> {
  switch (renewal.is) {
    case 'over':
      return { refused: { status: 'rejected', reason: 'auth', message: renewal.message } };
    case 'later':
      return { refused: { status: 'unavailable', message: `${notNow} ${renewal.message}` } };
    case 'held':
      return { refused: { status: 'unavailable', message: `${notNow} It is being renewed. Try again in a moment.` } };
    case 'renewed': {
      const connection = await findConnection(ctx.db, id);
      if (connection === undefined) throw new Error('A connection whose token was renewed is not there.');
      return connection.deletedAt === null ? openRecently(ctx, connection) : gone;
    }
  }
}

/** Who asks the provider to end a token waits for the one under way, which nobody uses any more. */
const gone: Refusal = { refused: { status: 'rejected', reason: 'auth', message: 'The connection was deleted.' } };

const notNow = 'The access token of this connection works no more, and there is no new one yet.';
