import { bumpGeneration } from '../../access/generations.ts';
import type { App } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { isoTime } from '../../lib/clock.ts';
import { sealHandshake } from '../../oauth/handshakes/handshake-box.ts';
import { type Handshake, isUnderWay, stepHandshake } from '../../oauth/handshakes/handshake-store.ts';
import { isSubmitted } from '../values/availability.ts';
import { beginSignIn, requireUnchanged, targetOf, waitAgain } from './begin-sign-in.ts';
import { over, wishHeld } from './open-ask.ts';
import { sendOff, stateMinutes } from './send-off.ts';
import type { SignInPage, Visit } from './sign-in-page.ts';
import { continueNew, namesConnector } from './starting/new-sign-in-page.ts';
import { gone, refusal, type Visited, visitSignIn } from './visited-sign-in.ts';

/**
 * Sends the person who agreed on the page on to the provider: `POST /connect/<token>`. Who comes by again is sent there
 * again, and what they were sent with before holds no longer.
 */
export async function continueAsk(app: App, visit: Visit & { readonly token: string }): Promise<SignInPage> {
  if (namesConnector(app, visit.token)) return continueNew(app, visit);
  const visited = await visitSignIn(app, visit);
  if ('refused' in visited) return visited.refused;
  if (isSubmitted(visited.connection.authMode)) return refusal(gone);
  try {
    return { page: 'go', to: await goOn(visited) };
  } catch (error) {
    if (error instanceof Failure) return refusal(error.message, visited.facts);
    throw error;
  }
}

async function goOn(visited: Visited): Promise<string> {
  const { ctx, connection, handshake } = visited;
  if (handshake === undefined) return beginSignIn(ctx, connection, { scopes: visited.scopes });
  const mayGo = handshake.status === 'asking' || handshake.status === 'waiting';
  if (!mayGo || handshake.kind === 'device' || !isUnderWay(handshake, isoTime(ctx.clock)))
    throw new Failure('CONFLICT', handshake.problem ?? over);
  return sendAgain(visited, handshake);
}

async function sendAgain(visited: Visited, handshake: Handshake): Promise<string> {
  const { ctx, connection } = visited;
  const wish = (await wishHeld(visited, handshake)) ?? {};
  const { url, held } = await sendOff(ctx, handshake, { target: await targetOf(ctx, connection), wish });
  const box = await sealHandshake(ctx.vault, handshake, held);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await requireUnchanged(trx, { ...connection, generation: handshake.generation });
    const change = { status: 'waiting', box, expires_at: isoTime(ctx.clock, stateMinutes * 60_000) };
    const from = ['asking', 'waiting'] as const;
    const isSent = await stepHandshake(trx, handshake.id, {
      from,
      box: handshake.box,
      now: isoTime(ctx.clock),
      change,
    });
    if (!isSent) throw new Failure('CONFLICT', over);
    await waitAgain(trx, ctx, connection);
  });
  return url;
}
