import type { Connector } from '../../../catalog/connector.ts';
import { Failure } from '../../../errors.ts';
import { actorOf } from '../../../events/append-event.ts';
import { isoTime } from '../../../lib/clock.ts';
import { type ContentsAt, sealHandshake } from '../../../oauth/handshakes/handshake-box.ts';
import { type Handshake, type HandshakeStatus, stepHandshake } from '../../../oauth/handshakes/handshake-store.ts';
import type { TokenOutcome, TokenSet } from '../../../oauth/token-set.ts';
import type { Connection } from '../../connection.ts';
import { explainAnother, isAnother } from '../../health/identity-change.ts';
import { arrive, type Begun } from './arrive.ts';
import { failSignIn } from './fail-sign-in.ts';
import { keepSignIn } from './keep-sign-in.ts';
import { stateMinutes } from '../send-off.ts';
import type { SignInContext } from '../sign-in-context.ts';

/** A handshake that the provider has answered, and what it is for. */
export interface Answered {
  readonly handshake: Handshake;
  readonly connection: Connection;
  readonly connector: Connector;
  readonly begun: Begun;
  /** Where it stands until it is settled. */
  readonly from: HandshakeStatus;
}

/** What came of a handshake: it counts, or its person is asked first, or it came to nothing. */
export type Settled =
  | { readonly is: 'done'; readonly identity: string | null }
  | { readonly is: 'confirming' }
  | { readonly is: 'failed'; readonly problem: string };

/**
 * Settles a handshake by what a token endpoint answered. What belongs to a person counts once they have seen whose account it
 * is (S8); until then the tokens are sealed for this handshake alone. What an app answers for counts at once, unless it is another
 * account than before and the app has not said that this is meant.
 */
export async function settleSignIn(ctx: SignInContext, answered: Answered, outcome: TokenOutcome): Promise<Settled> {
  const { handshake } = answered;
  const settled = 'tokens' in outcome ? await take(ctx, answered, outcome.tokens) : failed(outcome.message);
  if (settled.is === 'failed')
    await failSignIn(ctx, { handshake, actor: actorOf(ctx.caller), problem: settled.problem });
  return settled;
}

function failed(problem: string): Settled {
  return { is: 'failed', problem };
}

async function take(ctx: SignInContext, answered: Answered, tokens: TokenSet): Promise<Settled> {
  const { handshake, connection, begun, from } = answered;
  const arrival = await arrive(ctx, answered, { begun, tokens });
  if (!arrival.ok) return failed(arrival.message);
  const { came, identity } = arrival;
  if (handshake.binding === 'person') return askFirst(ctx, { handshake, from, came, identity });
  if (begun.confirmsAccount !== true && isAnother(connection, identity))
    return failed(`${explainAnother(connection, identity)} ${beginAgain}`);
  try {
    await keepSignIn(ctx, { ...answered, came, identity });
    return { is: 'done', identity };
  } catch (error) {
    if (error instanceof Failure) return failed(error.message);
    throw error;
  }
}

const beginAgain = 'If that is meant, begin to sign in with {"confirmAccount": true}.';

interface Asking extends Pick<Answered, 'handshake' | 'from'> {
  readonly came: ContentsAt<'came'>;
  readonly identity: string | null;
}

async function askFirst(ctx: SignInContext, { handshake, from, came, identity }: Asking): Promise<Settled> {
  const box = await sealHandshake(ctx.vault, handshake, came);
  const expires_at = isoTime(ctx.clock, stateMinutes * 60_000);
  const change = { status: 'confirming', box, identity, expires_at };
  const step = { from: [from], now: isoTime(ctx.clock), change };
  const isKept = await ctx.db.transact((trx) => stepHandshake(trx, handshake.id, step));
  return isKept ? { is: 'confirming' } : failed('Signing in was begun anew meanwhile. Go on there, or start again.');
}
