import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { newWebhookSecret } from '../signing/sign.ts';
import { insertSecret, retireSecrets, sealSecret } from '../signing/webhook-secrets.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { changeWebhookRow } from '../webhook-store.ts';
import type { NewWebhook } from './create-webhook.ts';
import { noSuchWebhook } from './see-webhook.ts';

/** As many sign at a time, so that a header stays short. */
const mostOlder = 4;

/**
 * Gives a webhook another secret. Older ones sign beside it for so many seconds, none of them longer than was said before, and
 * are destroyed. Throws CONFLICT where too many are left.
 */
export async function rotateSecret(ctx: Context, { id }: Webhook, overlapSeconds: number): Promise<NewWebhook> {
  const { db, clock, caller } = ctx;
  const secret = newWebhookSecret();
  const sealed = await sealSecret(ctx, secret);
  const webhook = await db.transact(async (trx) => {
    const changed = await changeWebhookRow(trx, id, { updated_at: isoTime(clock) });
    if (changed === undefined) throw noSuchWebhook();
    await bumpGeneration(trx);
    const now = clock.now();
    if ((await retireSecrets(trx, id, { now, at: now + overlapSeconds * 1_000 })) > mostOlder) throw tooMany();
    await insertSecret(trx, clock, { ...sealed, webhookId: id });
    const about = { actor: actorOf(caller), subject: subjectOf({ id }) };
    const data = { overlap_seconds: overlapSeconds };
    await appendEvent(trx, clock, { type: 'webhook.secret_rotated', ...about, data });
    return changed;
  });
  return { webhook, secret };
}

function tooMany(): Failure {
  return new Failure(
    'CONFLICT',
    `${mostOlder} older secrets sign for this webhook still. Wait until one retires, or send "overlap_seconds": 0 to end all of them now.`,
  );
}
