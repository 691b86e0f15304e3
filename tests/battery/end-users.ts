import { endUserCaller } from '../../server/src/access/end-users/as-end-user.ts';
import { keepEndUser } from '../../server/src/access/end-users/end-user-store.ts';
import type { Context } from '../../server/src/context.ts';
import { mintUserToken } from '../../server/src/links/user-tokens/mint-user-token.ts';

/** A token of an end user of the workspace. */
export async function tokenOf(ctx: Context, id: string): Promise<string> {
  return (await mintUserToken(ctx, { endUser: { id } })).secret.reveal();
}

/** The workspace as one of its end users asks in it. */
export async function asEndUser(ctx: Context, id: string): Promise<Context> {
  const { db, clock, caller } = ctx;
  const endUser = await db.transact((trx) => keepEndUser(trx, clock, { id }));
  return { ...ctx, caller: endUserCaller(endUser, { workspaceId: caller.workspaceId, via: 'user_token' }) };
}
