import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { App } from '../../context.ts';
import { describeError } from '../../jobs/describe-error.ts';
import { type Delivery } from '../deliveries/delivery.ts';
import { listDue } from '../deliveries/delivery-store.ts';
import type { Secret } from '../../lib/secret.ts';
import { openSecrets } from '../signing/webhook-secrets.ts';
import type { Webhook } from '../webhook.ts';
import { attempt } from './attempt.ts';
import { settle } from './settle.ts';
import { type DueWebhook, type Lease, leaveLease, takeLease } from './webhook-lease.ts';

/** What sending needs. */
export interface SendingDesk extends Pick<App, 'storage' | 'clock' | 'config' | 'egress' | 'vault'> {
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Stands for this process in leases. */
  readonly owner: string;
  /** Aborted when the process wants to end: nothing more is begun. */
  readonly leaving: AbortSignal;
  /** Whether other webhooks may be waiting for a turn. */
  readonly isCrowded: () => boolean;
}

/** Under way to one webhook at a time. */
const atOnce = 4;
/** How long a webhook is sent to at least before others that wait have its turn. Milliseconds. */
const turnMs = 3_000;
/** While something is under way and there is room for more, what was written meanwhile is looked for so often. Milliseconds. */
const lookMs = 250;
/** How long secrets are used that were opened. Milliseconds. */
const secretsMs = 5_000;
/** How long a webhook rests whose deliveries could not even be begun. Milliseconds. */
const restMs = 60_000;

/**
 * Sends what is due of a webhook, some at a time and one of each subject, until nothing is or others wait for their turn. What
 * is sent while this process is killed is sent again by another one, under the same id.
 */
export async function takeTurn(desk: SendingDesk, due: DueWebhook): Promise<void> {
  const taken = await takeLease(desk.storage, due, desk.owner);
  if (taken === undefined) return;
  const { lease, webhook } = taken;
  let notBefore: number | undefined;
  try {
    await sendDue({ desk, lease, webhook, secrets: secretsOf(desk, webhook), isOver: overWhen(desk) });
  } catch (error) {
    notBefore = desk.clock.now() + restMs;
    const facts = { webhook: webhook.id, workspace: webhook.workspaceId, reason: describeError(error) };
    desk.log.error(facts, 'Nothing could be sent to a webhook. Trying again in a minute.');
  } finally {
    await leaveLease(desk.storage, lease, notBefore ?? desk.clock.now());
  }
}

/** What signs for it, read again every few seconds: what retires meanwhile signs no more. */
function secretsOf(desk: SendingDesk, { id, workspaceId }: Webhook): () => Promise<readonly Secret[]> {
  const db = desk.storage.workspace(workspaceId);
  let kept: { readonly until: number; readonly secrets: Promise<readonly Secret[]> } | undefined;
  return () => {
    const now = performance.now();
    if (kept === undefined || kept.until <= now)
      kept = { until: now + secretsMs, secrets: openSecrets({ ...desk, db }, id) };
    return kept.secrets;
  };
}

function overWhen({ leaving, isCrowded }: SendingDesk): () => boolean {
  const end = performance.now() + turnMs;
  return () => leaving.aborted || (performance.now() >= end && isCrowded());
}

interface Turn {
  readonly desk: SendingDesk;
  readonly lease: Lease;
  readonly webhook: Webhook;
  readonly secrets: () => Promise<readonly Secret[]>;
  readonly isOver: () => boolean;
}

/** One that hangs keeps its place alone: the others go on. */
async function sendDue(turn: Turn): Promise<void> {
  const underWay = new Map<string, Promise<boolean>>();
  let goesOn = true;
  try {
    while (goesOn && !turn.isOver()) {
      for (const delivery of await dueBeside(turn, underWay)) underWay.set(delivery.id, sendOne(turn, delivery));
      if (underWay.size === 0) return;
      goesOn = await firstOf(underWay);
    }
    await Promise.all(underWay.values());
  } finally {
    await Promise.allSettled(underWay.values());
  }
}

/** Waits until one is over, and takes it out, or a little where there is room for more; false where nothing more is to be sent. */
async function firstOf(underWay: Map<string, Promise<boolean>>): Promise<boolean> {
  const patience = new AbortController();
  const ended = Array.from(underWay, async ([id, sent]) => ({ id, goesOn: await sent }));
  const later = underWay.size < atOnce ? [sleep(lookMs, undefined, { signal: patience.signal }).catch(() => {})] : [];
  try {
    const first = await Promise.race([...ended, ...later]);
    if (first) underWay.delete(first.id);
    return first?.goesOn ?? true;
  } finally {
    patience.abort();
  }
}

/** What is due, as much of it as there is room for. */
function dueBeside(
  { desk: { storage, clock }, webhook }: Turn,
  underWay: ReadonlyMap<string, unknown>,
): Promise<readonly Delivery[]> {
  const wish = { now: clock.now(), without: [...underWay.keys()], limit: atOnce - underWay.size };
  return listDue(storage.workspace(webhook.workspaceId), webhook.id, wish);
}

/** Answers whether the webhook is still ours to send to, as it was read. */
async function sendOne({ desk, lease, webhook, secrets }: Turn, delivery: Delivery): Promise<boolean> {
  const attempted = await attempt(desk, { webhook, secrets: await secrets() }, delivery);
  const now = await settle(desk, { lease, delivery, attempted, chance: Math.random() });
  return now !== undefined && now.isEnabled && now.version === webhook.version;
}
