import { requireAuthority } from '../../access/acting.ts';
import { type Caller, roleAtLeast } from '../../access/caller.ts';
import { bumpGeneration } from '../../access/generations.ts';
import { type ApiKey, findKey } from '../../access/keys/api-key-store.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { mayUse } from '../connection.ts';
import { findConnection } from '../connection-store.ts';
import { type DefaultHolder, putDefault, textOf } from './connection-defaults.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'connection_default.set': {
      readonly holder: string;
      readonly connector: string;
      readonly connection_id: string | null;
    };
  }
}

/** Which connection a connector's name alone is to mean; `null`: none in particular. */
export interface DefaultWish {
  readonly connectorId: string;
  readonly connectionId: string | null;
}

/** The caller's own default. It takes a person (S3): it says to which of their accounts a program's calls go. */
export async function setOwnDefault(ctx: Context, wish: DefaultWish): Promise<void> {
  requireAuthority(ctx.caller);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await set(trx, ctx, { holder: { user: ctx.caller.userId }, wish });
  });
}

/** A key that the caller may set defaults of: one's own, for ADMIN and above anybody's. NOT_FOUND for every other. */
export async function ownKey(ctx: Pick<Context, 'db' | 'caller'>, id: string): Promise<ApiKey> {
  const key = await findKey(ctx.db, id);
  const isVisible = key && (key.userId === ctx.caller.userId || roleAtLeast(ctx.caller.role, 'ADMIN'));
  if (isVisible && key.revokedAt === null) return key;
  throw new Failure('NOT_FOUND', 'There is no such API key.');
}

/** The default of a key, among what both the caller and the key's person may use. */
export async function setKeyDefault(
  ctx: Context,
  key: Pick<ApiKey, 'id' | 'userId'>,
  wish: DefaultWish,
): Promise<void> {
  requireAuthority(ctx.caller);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await setKeyDefaultIn(trx, ctx, { key, wish });
  });
}

/** The same within a transaction that has bumped the workspace's generation. */
export async function setKeyDefaultIn(
  trx: WorkspaceTrx,
  ctx: Setting,
  { key, wish }: { readonly key: Pick<ApiKey, 'id' | 'userId'>; readonly wish: DefaultWish },
): Promise<void> {
  const rows = await trx.rows.selectFrom('crew_members').select('crew_id').where('user_id', '=', key.userId).execute();
  const crews = new Set(rows.map((row) => row.crew_id));
  const caller: Caller = { ...ctx.caller, onBehalfOf: { userId: key.userId, crews } };
  await set(trx, { ...ctx, caller }, { holder: { key: key.id }, wish });
}

type Setting = Pick<Context, 'caller' | 'clock'>;

async function set(
  trx: WorkspaceTrx,
  ctx: Setting,
  { holder, wish }: { readonly holder: DefaultHolder; readonly wish: DefaultWish },
): Promise<void> {
  const { connectorId, connectionId } = wish;
  if (connectionId !== null) await checkFits(trx, ctx.caller, { connectorId, connectionId });
  await putDefault(trx, holder, wish);
  await appendEvent(trx, ctx.clock, {
    type: 'connection_default.set',
    actor: actorOf(ctx.caller),
    subject: textOf(holder),
    data: { holder: textOf(holder), connector: connectorId, connection_id: connectionId },
  });
}

async function checkFits(
  trx: WorkspaceTrx,
  caller: Caller,
  { connectorId, connectionId }: { readonly connectorId: string; readonly connectionId: string },
): Promise<void> {
  const connection = await findConnection(trx, connectionId);
  if (!connection || connection.deletedAt !== null || !mayUse(caller, connection))
    throw new Failure('BAD_REQUEST', `There is no connection ${connectionId} that could be the default here.`);
  if (connection.connectorId !== connectorId)
    throw new Failure(
      'BAD_REQUEST',
      `${connection.handle} is a connection of ${connection.connectorId}, not of ${connectorId}.`,
    );
}
