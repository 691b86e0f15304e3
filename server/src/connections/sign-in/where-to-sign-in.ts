import { isoTime } from '../../lib/clock.ts';
import { openHandshake } from '../../oauth/handshakes/handshake-box.ts';
import { findUnderWay } from '../../oauth/handshakes/handshake-store.ts';
import type { Connection } from '../connection.ts';
import { pageOf } from './begin-sign-in.ts';
import type { SignInContext } from './sign-in-context.ts';

/**
 * The address at which the caller goes on with the sign-in they are in the middle of (004.4); null where there is none. The
 * provider's own is told to whoever was handed it, and to nobody else (S8).
 */
export async function whereToSignIn(ctx: SignInContext, { id }: Pick<Connection, 'id'>): Promise<string | null> {
  const { caller, clock, db, vault } = ctx;
  const handshake = await findUnderWay(db, id, isoTime(clock));
  if (handshake?.userId !== caller.userId) return null;
  const held = handshake.status === 'waiting' ? await openHandshake(vault, handshake, 'sent') : undefined;
  if (held?.url && handshake.principal === caller.principal) return held.url;
  const hasPage = handshake.binding === 'person' && (handshake.kind === 'code' || handshake.status === 'confirming');
  return hasPage ? pageOf(ctx, handshake.id) : null;
}
