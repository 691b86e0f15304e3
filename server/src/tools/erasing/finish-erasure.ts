import { eraseFromCalls, eraseFromEvents, type Forgotten } from '../../calls/audit/erase-from-logs.ts';
import { voidWaiting } from '../../approvals/void-waiting.ts';
import { cutOffRest } from '../../connections/revoking/cut-off.ts';
import { findRevocation, type Revocation } from '../../connections/revoking/revocation-store.ts';
import { revokedReason } from '../../connections/revoking/revoke-connections.ts';
import type { App } from '../../context.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import { openChain } from '../../events/chain/chain.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { idsSince } from '../../lib/ids.ts';
import { deleteLinksOf } from '../../links/connect-links/link-store.ts';
import type { WorkspaceDb, WorkspaceTrx } from '../../storage/storage.ts';
import { enqueueErasure } from './begin-erasure.ts';
import { eraseFromRows } from './erase-from-rows.ts';
import { type Erasure, type ErasureCounts, findErasure, finishErasureRow } from './erasure-store.ts';
import { forgetFiles } from './forget-files.ts';
import { eraseDeliveries } from '../../webhooks/deliveries/erase-deliveries.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'end_user.erased': ErasureCounts & { readonly revocation: string };
  }
}

export type Finishing = Pick<App, 'clock' | 'mcp' | 'vault' | 'calls' | 'voidWaiting'> & { readonly db: WorkspaceDb };

/**
 * Cuts off what is left of an end user's connections, and puts a pseudonym wherever they are named; again and again comes to
 * the same. Stops between two steps when it is told that it is over.
 */
export async function finishErasure(app: Finishing, erasure: Erasure, over: AbortSignal): Promise<void> {
  const { db } = app;
  const { endUserId, revocationId } = erasure;
  const revocation = await findRevocation(db, revocationId);
  if (revocation === undefined) throw new Error('An erasure has lost its revocation.');
  if (!(await isCutOff(app, revocation, over))) return;
  await forgetFiles(db, endUserId);
  const forgotten = forgottenBy(app, erasure);
  await db.transact((trx) => eraseRows(trx, app.clock, { forgotten, endUserId }));
  if (over.aborted || isLongOver(app, erasure)) return;
  const logs = await eraseFromLogs(app, forgotten);
  await conclude(app, { erasure, revocation, counts: { ...erasure.counts, ...logs } });
}

/** Nothing is put on record any more that could name them. */
function isLongOver({ clock }: Finishing, { begunAt, finishedAt }: Erasure): boolean {
  return finishedAt !== null && begunAt < isoTime(clock, -3 * afterCallsMs);
}

async function isCutOff(app: Finishing, revocation: Revocation, over: AbortSignal): Promise<boolean> {
  const { filter, cutOffAt } = revocation;
  if (filter === undefined || cutOffAt !== null) return true;
  await cutOffRest(app, { revocation, filter, reason: revokedReason, db: app.db, isOver: () => over.aborted });
  return !over.aborted;
}

/** No record of them is older than they are, whichever replica's clock wrote it. */
const skewMs = 3_600_000;

/** Whom to forget: everything on record names them by our own id. */
export function forgottenBy({ vault, db }: Pick<Finishing, 'vault' | 'db'>, { endUserId }: Erasure): Forgotten {
  const { people } = openChain(vault, db.workspaceId);
  return { people, identities: new Set([endUserId]), from: idsSince(endUserId, skewMs) };
}

async function eraseRows(
  trx: WorkspaceTrx,
  clock: Clock,
  { forgotten, endUserId }: { readonly forgotten: Forgotten; readonly endUserId: string },
): Promise<void> {
  await voidWaiting(trx, clock, { inVain: { reason: 'end_user_erased', endUserId }, actor: systemActor });
  await eraseFromRows(trx, forgotten, { userId: endUserId, isMember: false });
  await deleteLinksOf(trx, endUserId);
  await trx.rows.deleteFrom('user_tokens').where('end_user_id', '=', endUserId).execute();
  await eraseDeliveries(trx, clock, endUserId);
}

async function eraseFromLogs({ calls, db }: Finishing, forgotten: Forgotten) {
  await calls.flush();
  return { calls: await eraseFromCalls(db, forgotten), events: await eraseFromEvents(db, forgotten) };
}

interface Concluded {
  readonly erasure: Erasure;
  readonly revocation: Revocation;
  readonly counts: ErasureCounts;
}

function conclude(app: Finishing, { erasure, revocation, counts }: Concluded): Promise<void> {
  const { db, clock } = app;
  const pseudonym = forgottenBy(app, erasure).people.of(erasure.endUserId);
  return db.transact(async (trx) => {
    const isFirst = await finishErasureRow(trx, erasure.endUserId, { counts, at: isoTime(clock) });
    if (!isFirst) return;
    await appendEvent(trx, clock, {
      type: 'end_user.erased',
      actor: { principal: revocation.principal, userId: revocation.userId },
      subject: `end_user:${pseudonym}`,
      data: { ...counts, revocation: revocation.id },
    });
  });
}

/** Longer than any call takes that was on its way: what it leaves on record is erased then. */
const afterCallsMs = 600_000;

/**
 * The job `end_user.erase`: finishes what a crash has left, and comes back until nothing can name them any more: when every
 * call of theirs is on record, and every provider was told, by the settings of their connections.
 */
export function eraseInBackground(app: App): JobHandler<'end_user.erase'> {
  return async ({ workspaceId, payload: { endUserId }, signal }) => {
    const db = app.storage.workspace(workspaceId);
    const erasure = await findErasure(db, endUserId);
    if (erasure === undefined) return;
    await finishErasure({ ...app, db }, erasure, signal);
    if (await isQuiet(app, db, erasure)) return;
    await db.transact((trx) => enqueueErasure(trx, app.clock, { endUserId, delayMs: afterCallsMs }));
  };
}

async function isQuiet({ clock }: App, db: WorkspaceDb, { begunAt, finishedAt, revocationId }: Erasure) {
  const revocation = await findRevocation(db, revocationId);
  const isLate = begunAt < isoTime(clock, -afterCallsMs);
  return isLate && finishedAt !== null && revocation?.finishedAt !== null;
}
