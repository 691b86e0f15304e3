import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Secret } from '../../lib/secret.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { readWanted } from '../offered/wanted-events.ts';
import { newWebhookSecret } from '../signing/sign.ts';
import { insertSecret, sealSecret } from '../signing/webhook-secrets.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { insertWebhook } from '../webhook-store.ts';
import { seeWebhook } from './see-webhook.ts';
import { readWebhookAddress, type WebhookAddress } from './webhook-address.ts';

/** What somebody asks for. */
export interface WebhookWish {
  readonly url: string;
  readonly events: readonly string[];
  readonly description?: string | null | undefined;
}

export interface NewWebhook {
  readonly webhook: Webhook;
  /** What it is signed with: shown once, kept sealed. */
  readonly secret: Secret;
}

/** More than this are not kept in a workspace. */
const mostWebhooks = 50;

/** Makes a webhook. Throws BAD_REQUEST for what it cannot be, CONFLICT where there are too many. */
export async function createWebhook(ctx: Context, wish: WebhookWish): Promise<NewWebhook> {
  const { db, clock, caller } = ctx;
  const events = readWanted(wish.events);
  const address = await readWebhookAddress(ctx, wish.url);
  const secret = newWebhookSecret();
  const sealed = await sealSecret(ctx, secret);
  const id = newId(clock.now());
  const webhook = await db.transact(async (trx) => {
    // Whoever else makes one waits here, so that all are counted.
    await bumpGeneration(trx);
    await refuseTooMany(trx);
    await insertWebhook(trx, rowOf(ctx, { id, address, events, description: wish.description ?? null }));
    await insertSecret(trx, clock, { ...sealed, webhookId: id });
    await appendEvent(trx, clock, {
      type: 'webhook.created',
      actor: actorOf(caller),
      subject: subjectOf({ id }),
      data: { origin: new URL(address.url).origin, events },
    });
    return seeWebhook(trx, id);
  });
  return { webhook, secret };
}

async function refuseTooMany({ rows }: WorkspaceTrx): Promise<void> {
  const all = rows.selectFrom('webhooks').select('id').where('deleted_at', 'is', null).limit(mostWebhooks);
  if ((await all.execute()).length < mostWebhooks) return;
  throw new Failure('CONFLICT', `A workspace has at most ${mostWebhooks} webhooks. Delete one first.`);
}

interface Row {
  readonly id: string;
  readonly address: WebhookAddress;
  readonly events: readonly string[];
  readonly description: string | null;
}

function rowOf({ clock }: Pick<Context, 'clock'>, { id, address, events, description }: Row) {
  const now = isoTime(clock);
  return {
    id,
    url: address.url,
    events: JSON.stringify(events),
    description,
    loopback: address.loopback ? 1 : 0,
    enabled: 1,
    disabled_reason: null,
    disabled_at: null,
    version: 1,
    failing_since: null,
    last_delivered_at: null,
    last_failed_at: null,
    last_error: null,
    next_at: null,
    lease_owner: null,
    lease_until: null,
    fence: 0,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  } as const;
}
