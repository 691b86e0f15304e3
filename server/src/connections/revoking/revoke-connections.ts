import { requireAuthority } from '../../access/acting.ts';
import type { Context } from '../../context.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { beginRevocation, type BegunRevocation } from './begin-revocation.ts';
import { type CuttingParts, cutOffRest, endSessions } from './cut-off.ts';
import type { RevocationFilter } from './revocation-filter.ts';
import { findRevocation, type Revocation } from './revocation-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'revocation.started': { readonly filter: RevocationFilter };
  }
}

/** What a connection says that was revoked with others. */
export const revokedReason = 'Revoked.';

/**
 * Revokes every connection of the workspace that the filter means, whoever has it: when this resolves none of them is used any
 * more, within a second on every replica (R6). Their secrets are put away and their providers told in the background. Throws
 * FORBIDDEN for a credential without authority (S3).
 */
export async function revokeConnections(
  ctx: Context,
  { filter, usedSince }: { readonly filter: RevocationFilter; readonly usedSince: string | null },
): Promise<Revocation> {
  requireAuthority(ctx.caller);
  const { revocation, cut } = await ctx.db.transact((trx) => beginFilteredRevocation(trx, ctx, { filter, usedSince }));
  endSessions(ctx, cut);
  if (revocation.cutOffAt !== null) return revocation;
  await cutOffRest(ctx, { filter, reason: revokedReason, revocation, db: ctx.db, isOver: () => false });
  return (await findRevocation(ctx.db, revocation.id)) ?? revocation;
}

/** Puts the revocation of what a filter means on record and cuts off the first of it; whether the caller may is not asked. */
export async function beginFilteredRevocation(
  trx: WorkspaceTrx,
  ctx: CuttingParts & Pick<Context, 'caller'>,
  { filter, usedSince }: { readonly filter: RevocationFilter; readonly usedSince: string | null },
): Promise<BegunRevocation> {
  const begun = await beginRevocation(trx, ctx, { filter, usedSince, cutting: { filter, reason: revokedReason } });
  await appendEvent(trx, ctx.clock, {
    type: 'revocation.started',
    actor: actorOf(ctx.caller),
    subject: `revocation:${begun.revocation.id}`,
    data: { filter },
  });
  return begun;
}
