import type { App } from '../../../context.ts';
import { systemActor } from '../../../events/append-event.ts';
import { enqueue } from '../../../jobs/enqueue.ts';
import type { JobHandler } from '../../../jobs/jobs.ts';
import { isoTime } from '../../../lib/clock.ts';
import { Secret } from '../../../lib/secret.ts';
import { pollDeviceCode } from '../../../oauth/device.ts';
import { clientHeld, type ContentsAt, openHandshake, sealHandshake } from '../../../oauth/handshakes/handshake-box.ts';
import { findHandshake, type Handshake, isUnderWay, stepHandshake } from '../../../oauth/handshakes/handshake-store.ts';
import { serverOfDiscovered } from '../../../oauth/mcp/discovered-server.ts';
import { targetOf } from '../begin-sign-in.ts';
import { describedServer } from '../provider/sign-in-server.ts';
import { failSignIn } from '../settling/fail-sign-in.ts';
import { settleSignIn } from '../settling/settle-sign-in.ts';
import { contextOf, doorOf, type SignInContext } from '../sign-in-context.ts';
import { changedSince, findSubject, type SignInSubject } from '../sign-in-subject.ts';

/** The job `connection.poll_sign_in`: asks once whether the code was typed in, and again later until it was or is over. */
export function pollSignInBackground(app: App): JobHandler<'connection.poll_sign_in'> {
  return async ({ workspaceId, payload, signal }) => {
    const handshake = await findHandshake(app.storage.workspace(workspaceId), payload.handshakeId);
    if (handshake?.status !== 'waiting' || !isUnderWay(handshake, isoTime(app.clock))) return;
    const held = await openHandshake(app.vault, handshake, 'device');
    const caller = await app.access.revive(handshake.principal, workspaceId);
    const ctx = caller && contextOf(app, caller, { signal });
    const subject = ctx && (await findSubject(ctx, handshake));
    if (held && ctx && subject) await poll(ctx, { handshake, held, ...subject });
    else await end(app, handshake);
  };
}

/** Who asked is signed out or may no longer, or the connection is not what it was. */
async function end(app: App, handshake: Handshake): Promise<void> {
  const db = app.storage.workspace(handshake.workspaceId);
  const problem = `Nobody is there any more to sign in for. ${changedSince}`;
  await failSignIn({ db, clock: app.clock }, { handshake, actor: systemActor, problem });
}

interface Polled extends SignInSubject {
  readonly handshake: Handshake;
  readonly held: ContentsAt<'device'>;
}

/** Seconds that a server which wants to be asked less often adds (RFC 8628 §3.5). */
const slowerMs = 5_000;

async function poll(ctx: SignInContext, polled: Polled): Promise<void> {
  const { held, connection, connector } = polled;
  const server = held.discovered
    ? serverOfDiscovered(held.discovered)
    : describedServer(ctx, { ...(await targetOf(ctx, connection)), connector });
  const question = { client: clientHeld(held), deviceCode: new Secret(held.deviceCode) };
  const outcome = await pollDeviceCode(doorOf(ctx, held.loopback), server, question);
  const { intervalMs } = held;
  if (outcome === 'slow_down') return askLater(ctx, polled, { intervalMs: intervalMs + slowerMs });
  if (outcome === 'pending') return askLater(ctx, polled, { intervalMs });
  if ('unreachable' in outcome) return askLater(ctx, polled, { intervalMs, pauseMs: outcome.retryAfterMs });
  await settleSignIn(ctx, { ...polled, begun: held, from: 'waiting' }, outcome);
}

interface Later {
  readonly intervalMs: number;
  /** What the server asked to be left alone for. */
  readonly pauseMs?: number | undefined;
}

async function askLater(ctx: SignInContext, { handshake, held }: Polled, later: Later): Promise<void> {
  const { intervalMs, pauseMs = 0 } = later;
  const { id } = handshake;
  const isSlower = intervalMs !== held.intervalMs;
  const box = isSlower ? await sealHandshake(ctx.vault, handshake, { ...held, intervalMs }) : handshake.box;
  await ctx.db.transact(async (trx) => {
    const step = { from: ['waiting'] as const, now: isoTime(ctx.clock), change: { box } };
    if (!(await stepHandshake(trx, id, step))) return;
    const job = { kind: 'connection.poll_sign_in', payload: { handshakeId: id }, uniqueKey: id } as const;
    await enqueue(trx, ctx.clock, { ...job, delayMs: Math.max(intervalMs, pauseMs) });
  });
}
