import type { Context } from '../../context.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { type CutOff, type CuttingOff, type CuttingParts, cutOffSome } from './cut-off.ts';
import { findRevocation, insertRevocation, type Revocation } from './revocation-store.ts';

declare module '../../jobs/jobs.ts' {
  interface JobTypes {
    'connection.revoke': { readonly revocationId: string };
  }
}

/** What somebody asks for. */
export interface RevocationWish extends Pick<Revocation, 'filter' | 'usedSince'> {
  readonly cutting: Omit<CuttingOff, 'revocation'>;
}

/** A revocation that is on record, and the first of its connections that were cut off with that. */
export interface BegunRevocation {
  readonly revocation: Revocation;
  readonly cut: CutOff;
}

/** Puts a revocation on record, cuts off the first of its connections, and has the rest of the work done whatever becomes of this process. */
export async function beginRevocation(
  trx: WorkspaceTrx,
  { clock, caller, voidWaiting }: CuttingParts & Pick<Context, 'caller'>,
  { filter, usedSince, cutting }: RevocationWish,
): Promise<BegunRevocation> {
  const revocation: Revocation = {
    id: newId(clock.now()),
    principal: caller.principal,
    userId: caller.userId,
    filter,
    usedSince,
    createdAt: isoTime(clock),
    cutOffAt: null,
    finishedAt: null,
  };
  await insertRevocation(trx, revocation);
  const cut = await cutOffSome(trx, { clock, voidWaiting }, { ...cutting, revocation });
  const begun = (await findRevocation(trx, revocation.id)) ?? revocation;
  await enqueueRevocation(trx, clock, { id: begun.id, delayMs: begun.cutOffAt === null ? headStartMs : 0 });
  return { revocation: begun, cut };
}

/** Whoever asked goes on cutting off; the background comes in should they not be through by then. */
const headStartMs = 2_000;

/** Has the background go on with a revocation. */
export function enqueueRevocation(
  trx: WorkspaceTrx,
  clock: Context['clock'],
  { id, delayMs = 0 }: { readonly id: string; readonly delayMs?: number },
): Promise<void> {
  return enqueue(trx, clock, { kind: 'connection.revoke', payload: { revocationId: id }, uniqueKey: id, delayMs });
}
