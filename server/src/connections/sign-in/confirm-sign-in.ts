import type { App } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { type ContentsAt, openHandshake } from '../../oauth/handshakes/handshake-box.ts';
import { findHandshake, type Handshake, isUnderWay } from '../../oauth/handshakes/handshake-store.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { failSignIn } from './settling/fail-sign-in.ts';
import { keepSignIn } from './settling/keep-sign-in.ts';
import { over } from './open-ask.ts';
import type { SignInPage, Visit } from './sign-in-page.ts';
import { refusal, type Visited, visitSignIn } from './visited-sign-in.ts';

/** What a person says to the account they were shown. */
export type Verdict = Visit & {
  readonly token: string;
  readonly accept: boolean;
  /** What else is done in the transaction that makes it count. */
  readonly beside?: ((trx: WorkspaceTrx) => Promise<void>) | undefined;
};

/** Makes the account that was shown count, or drops it: `POST /connect/<token>/confirm`. */
export async function confirmSignIn(app: App, verdict: Verdict): Promise<SignInPage> {
  // What a person said counts, whether or not their browser stays.
  const visited = await visitSignIn(app, { ...verdict, signal: app.deadline });
  if ('refused' in visited) return visited.refused;
  const { ctx, facts, handshake } = visited;
  if (handshake?.status === 'done' && verdict.accept) return closing(visited, handshake.identity);
  if (handshake?.status !== 'confirming' || handshake.id !== verdict.token.toLowerCase()) return refusal(over, facts);
  const came = await openHandshake(ctx.vault, handshake, 'came');
  if (came === undefined || !isUnderWay(handshake, isoTime(ctx.clock))) return refusal(over, facts);
  return verdict.accept ? accept(visited, { handshake, came, beside: verdict.beside }) : drop(visited, handshake);
}

function closing({ facts }: Visited, identity: string | null): SignInPage {
  return { page: 'closing', facts: { ...facts, identity } };
}

interface Accepted extends Pick<Verdict, 'beside'> {
  readonly handshake: Handshake;
  readonly came: ContentsAt<'came'>;
}

/** What was begun for another configuration of the connection counts for no other (S1). */
async function accept(visited: Visited, { handshake, came, beside }: Accepted): Promise<SignInPage> {
  const { ctx, connection, connector, facts } = visited;
  const { identity, generation } = handshake;
  try {
    const begunFor = { ...connection, generation };
    await keepSignIn(ctx, { connection: begunFor, connector, handshake, from: 'confirming', came, identity, beside });
    return closing(visited, identity);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const now = await findHandshake(ctx.db, handshake.id);
    if (now?.status === 'done') return closing(visited, now.identity);
    await failSignIn(ctx, { handshake, actor: actorOf(ctx.caller), problem: error.message });
    return refusal(error.message, facts);
  }
}

async function drop({ ctx, facts }: Visited, handshake: Handshake): Promise<SignInPage> {
  await failSignIn(ctx, { handshake, actor: actorOf(ctx.caller), problem: dropped });
  return refusal(dropped, facts);
}

/** What is said where somebody did not know the account. */
export const dropped = 'Nothing was connected: you said that this is not the account. Start again to choose another.';
