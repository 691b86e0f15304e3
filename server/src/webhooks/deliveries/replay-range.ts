import { setImmediate as nextTurn } from 'node:timers/promises';
import type { App, Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import { newId } from '../../lib/ids.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { type DeliveryStatus, keptMs } from './delivery.ts';
import './delivery-store.ts';
import { holdWebhook, startLine } from './queue.ts';
import { refuseDisabled } from './replay-delivery.ts';

declare module '../../jobs/jobs.ts' {
  interface JobTypes {
    'webhook.replay': Range & { readonly webhookId: string; readonly replayId: string };
  }
}

/** Deliveries that are over, of what happened between two times (RFC 3339), both included. */
export interface Range {
  readonly from: string;
  readonly to: string;
  /** Absent: whether they arrived or not. */
  readonly status?: Exclude<DeliveryStatus, 'waiting'> | undefined;
}

/** More are not sent once more at a time. */
const mostReplayed = 10_000;
const atOnce = 100;
/** Less than a job may take. */
const roundMs = 25_000;

/**
 * Has all deliveries of a range sent once more, each behind what waits of its subject; answers how many there are. Throws
 * BAD_REQUEST where there are too many, CONFLICT where the webhook is disabled.
 */
export async function replayRange(ctx: Context, webhook: Webhook, range: Range): Promise<number> {
  const { db, clock, caller } = ctx;
  refuseDisabled(webhook);
  if (range.from > range.to) throw new Failure('BAD_REQUEST', 'to is before from. Send the earlier time as from.');
  const count = await countOf(db, webhook, range);
  if (count > mostReplayed)
    throw new Failure('BAD_REQUEST', `There are more than ${mostReplayed} deliveries. Take a shorter range.`);
  const replayId = newId(clock.now());
  const { from, to, status } = range;
  await db.transact(async (trx) => {
    const payload = { from, to, webhookId: webhook.id, replayId, ...(status && { status }) };
    await enqueue(trx, clock, { kind: 'webhook.replay', payload, uniqueKey: replayId });
    await appendEvent(trx, clock, {
      type: 'webhook.replayed',
      actor: actorOf(caller),
      subject: subjectOf(webhook),
      data: { from, to, status: status ?? null, count },
    });
  });
  return count;
}

async function countOf(db: WorkspaceRows, { id }: Webhook, range: Range): Promise<number> {
  const some = within(db, id, range)
    .select('id')
    .limit(mostReplayed + 1);
  return (await some.execute()).length;
}

/** The job `webhook.replay`: some at a time, each once whoever does it and however often it is begun. */
export function replayInBackground(
  { storage, clock }: Pick<App, 'storage' | 'clock'>,
  whenWritten: () => void,
): JobHandler<'webhook.replay'> {
  return async ({ workspaceId, payload, signal }) => {
    const db = storage.workspace(workspaceId);
    const over = AbortSignal.any([signal, AbortSignal.timeout(roundMs)]);
    let replayed = atOnce;
    while (replayed === atOnce && !over.aborted) {
      replayed = await db.transact((trx) => replaySome(trx, payload, clock.now()));
      whenWritten();
      await nextTurn();
    }
    if (replayed < atOnce) return;
    const rest = { kind: 'webhook.replay', payload, uniqueKey: payload.replayId } as const;
    await db.transact((trx) => enqueue(trx, clock, rest));
  };
}

interface Replay extends Range {
  readonly webhookId: string;
  readonly replayId: string;
}

async function replaySome(trx: WorkspaceTrx, replay: Replay, now: number): Promise<number> {
  const { webhookId, replayId } = replay;
  if (!(await holdWebhook(trx, webhookId, now))) return 0;
  const some = await within(trx, webhookId, replay)
    .select(['id', 'subject'])
    .where(({ eb, or }) => or([eb('replay_id', 'is', null), eb('replay_id', '!=', replayId)]))
    .orderBy('at')
    .orderBy('id')
    .limit(atOnce)
    .execute();
  if (some.length === 0) return 0;
  await trx.rows
    .updateTable('webhook_deliveries')
    .set({ status: 'waiting', attempts: 0, run_at: null, settled_at: null, replay_id: replayId })
    .set({ keep_until: now + keptMs })
    .where(
      'id',
      'in',
      some.map(({ id }) => id),
    )
    .execute();
  for (const subject of new Set(some.map((each) => each.subject))) await startLine(trx, { webhookId, subject }, now);
  return some.length;
}

function within({ rows }: WorkspaceRows, webhookId: string, { from, to, status }: Range) {
  const of = rows.selectFrom('webhook_deliveries').where('webhook_id', '=', webhookId);
  const inTime = of.where('at', '>=', from).where('at', '<=', to);
  return status === undefined ? inTime.where('status', '!=', 'waiting') : inTime.where('status', '=', status);
}
