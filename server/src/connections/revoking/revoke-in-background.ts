import type { App } from '../../context.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { isoTime } from '../../lib/clock.ts';
import { askProviders, type Round } from './provider/ask-providers.ts';
import { enqueueRevocation } from './begin-revocation.ts';
import { cutOffRest } from './cut-off.ts';
import { eachAtOnce } from './provider/each-at-once.ts';
import { putAway } from './put-away.ts';
import { countOutcomes, listDue, nextDue, type OutcomeCounts } from './receipt-store.ts';
import { revokedReason } from './revoke-connections.ts';
import { findRevocation, finishRevocation, listUnfinished, type Revocation } from './revocation-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'revocation.finished': Omit<OutcomeCounts, 'waiting'>;
  }
}

/** Less than a job may take, by more than what is begun last: a revocation of many is many jobs, one after another. */
const roundMs = 25_000;
/** Connections whose secrets are put away at a time. */
const putAwayAtOnce = 8;
const perLook = 100;

/**
 * The job `connection.revoke`: cuts off what a crash has left, puts the secrets away, and tells the providers; again and again
 * until nothing waits (RFC 7009 §2.2.1). Whatever was done stays done.
 */
export function revokeInBackground(app: App): JobHandler<'connection.revoke'> {
  return async ({ workspaceId, payload: { revocationId }, signal }) => {
    const db = app.storage.workspace(workspaceId);
    const revocation = await findRevocation(db, revocationId);
    if (revocation === undefined || revocation.finishedAt !== null) return;
    const over = AbortSignal.any([signal, AbortSignal.timeout(roundMs)]);
    const round = { app: { ...app, db, signal }, revocationId, signal, over };
    await cutOffLeft(round, revocation);
    await putAwayDue(round);
    await askProviders(round);
    await goOn(round, revocation);
  };
}

async function cutOffLeft({ app, over }: Round & { readonly app: App }, revocation: Revocation): Promise<void> {
  const { filter, cutOffAt } = revocation;
  if (filter === undefined || cutOffAt !== null) return;
  await cutOffRest(app, { ...app, revocation, filter, reason: revokedReason, isOver: () => over.aborted });
}

async function putAwayDue({ app, revocationId, over }: Round): Promise<void> {
  while (!over.aborted) {
    const wish = { revocationId, todo: 'put_away', now: app.clock.now(), limit: perLook } as const;
    const due = await listDue(app.db, wish);
    if (due.length === 0) return;
    await eachAtOnce(due, putAwayAtOnce, (receipt) => putAway(app, receipt));
  }
}

async function goOn({ app, revocationId: id }: Round, revocation: Revocation): Promise<void> {
  const { db, clock } = app;
  const now = await findRevocation(db, id);
  const next = now?.cutOffAt === null ? clock.now() : await nextDue(db, id);
  if (next === undefined) return finish(app, revocation);
  await db.transact((trx) => enqueueRevocation(trx, clock, { id, delayMs: Math.max(next - clock.now(), 0) }));
}

function finish({ db, clock }: Round['app'], { id, filter }: Revocation): Promise<void> {
  return db.transact(async (trx) => {
    const isLast = await finishRevocation(trx, id, isoTime(clock));
    if (!isLast || filter === undefined) return;
    const { waiting: _, ...data } = await countOutcomes(trx, id);
    const about = { actor: systemActor, subject: `revocation:${id}` };
    await appendEvent(trx, clock, { type: 'revocation.finished', ...about, data });
  });
}

const leftAfterMs = 600_000;

/** Takes up revocations whose job was given up: no provider stays untold because of a fault of ours. */
export function resumeRevocations({ storage, clock }: Pick<App, 'storage' | 'clock'>): HouseTask {
  return {
    name: 'revocations that were left',
    everyMs: leftAfterMs,
    async run() {
      for (const { id, workspaceId } of await listUnfinished(storage, isoTime(clock, -leftAfterMs)))
        await storage.workspace(workspaceId).transact((trx) => enqueueRevocation(trx, clock, { id }));
    },
  };
}
