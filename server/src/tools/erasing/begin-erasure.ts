import { endUserPrincipal } from '../../access/end-users/as-end-user.ts';
import { type EndUser, findEndUser } from '../../access/end-users/end-user-store.ts';
import { endTokensOf } from '../../access/end-users/tokens/end-tokens.ts';
import { bumpGeneration } from '../../access/generations.ts';
import { voidWaiting } from '../../approvals/void-waiting.ts';
import { type CutOff } from '../../connections/revoking/cut-off.ts';
import { beginFilteredRevocation } from '../../connections/revoking/revoke-connections.ts';
import type { Context } from '../../context.ts';
import { actorOf } from '../../events/append-event.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { isoTime } from '../../lib/clock.ts';
import { randomToken } from '../../lib/ids.ts';
import { deleteLinksOf } from '../../links/connect-links/link-store.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { type Erasure, type ErasureCounts, insertErasure, knownAs } from './erasure-store.ts';

declare module '../../jobs/jobs.ts' {
  interface JobTypes {
    'end_user.erase': { readonly endUserId: string };
  }
}

type Beginning = Pick<Context, 'db' | 'vault' | 'clock' | 'caller' | 'voidWaiting'>;

/** An erasure that is on record: from now on nobody is called so, and nothing of theirs can be used. */
export interface BegunErasure {
  readonly erasure: Erasure;
  readonly cut: CutOff;
  /** Approvals that waited. */
  readonly voided: readonly string[];
}

/** Whoever asked goes on erasing; the background comes in should they not be through by then. */
const headStartMs = 30_000;

/**
 * Forgets who an end user is, ends what they call with, cuts off the first of their connections, and has the rest done
 * whatever becomes of this process. `undefined` where the app has nobody of this id.
 */
export function beginErasure(ctx: Beginning, externalId: string): Promise<BegunErasure | undefined> {
  const { db, clock, vault } = ctx;
  return db.transact(async (trx) => {
    await bumpGeneration(trx);
    const endUser = await findEndUser(trx, externalId);
    if (endUser === undefined) return undefined;
    const counts = await endWhatTheyHave(trx, ctx, endUser);
    const inVain = { reason: 'end_user_erased', endUserId: endUser.id } as const;
    const voided = await voidWaiting(trx, clock, { inVain, actor: actorOf(ctx.caller) });
    const filter = { end_user: endUser.id };
    const { revocation, cut } = await beginFilteredRevocation(trx, ctx, { filter, usedSince: null });
    await forgetNames(trx, endUser, isoTime(clock));
    const erasure = { endUserId: endUser.id, revocationId: revocation.id, counts, begunAt: isoTime(clock) };
    await insertErasure(trx, erasure, knownAs(vault, db.workspaceId, externalId));
    await enqueueErasure(trx, clock, { endUserId: endUser.id, delayMs: headStartMs });
    return { erasure: { ...erasure, finishedAt: null }, cut, voided };
  });
}

/** Has the background go on with an erasure. */
export function enqueueErasure(
  trx: WorkspaceTrx,
  clock: Context['clock'],
  { endUserId, delayMs }: { readonly endUserId: string; readonly delayMs: number },
): Promise<void> {
  return enqueue(trx, clock, { kind: 'end_user.erase', payload: { endUserId }, uniqueKey: endUserId, delayMs });
}

async function endWhatTheyHave(trx: WorkspaceTrx, { clock }: Beginning, { id }: EndUser): Promise<ErasureCounts> {
  const { rows } = trx;
  const principal = endUserPrincipal(id);
  await rows.deleteFrom('idempotent_answers').where('principal', '=', principal).execute();
  const counts = {
    tokens: await endTokensOf(trx, clock, id),
    links: await countOf(rows.selectFrom('connect_links').where('end_user_id', '=', id).select('id').execute()),
    approvals: await countOf(rows.selectFrom('approvals').where('user_id', '=', id).select('id').execute()),
    files: await countOf(rows.selectFrom('files').where('user_id', '=', id).select('id').execute()),
    calls: null,
    events: null,
  };
  await deleteLinksOf(trx, id);
  return counts;
}

async function countOf(rows: Promise<readonly unknown[]>): Promise<number> {
  return (await rows).length;
}

/** The app may call somebody else so from now on. What takes the place of their id says nothing, not even whose pseudonym it is. */
async function forgetNames({ rows }: WorkspaceTrx, { id }: EndUser, at: string): Promise<void> {
  await rows
    .updateTable('end_users')
    .set({ external_id: `erased-${randomToken(16)}`, name: null, email: null, erased_at: at, updated_at: at })
    .where('id', '=', id)
    .execute();
}
