import { type Caller, roleAtLeast } from '../access/caller.ts';
import { isAgentConnector } from '../catalog/own-connectors.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { type Connection, managesEndUsers, mayManage, mayUse } from './connection.ts';
import { findConnection } from './connection-store.ts';

type Seeing = Pick<Context, 'db' | 'caller'>;

/** A connection that the caller may see: to use it or to manage it. NOT_FOUND for every other, deleted ones and agent endpoints included. */
export function seeConnection(ctx: Seeing, id: string): Promise<Connection> {
  return pick(ctx, id, (connection) => mayUse(ctx.caller, connection) || mayManage(ctx.caller, connection));
}

/** A connection that the caller may change: NOT_FOUND where they may not even see it, FORBIDDEN where only managers may. */
export async function manageConnection(ctx: Seeing, id: string): Promise<Connection> {
  const connection = await seeConnection(ctx, id);
  if (mayManage(ctx.caller, connection)) return connection;
  throw new Failure('FORBIDDEN', 'A shared connection is changed by a MANAGER or above.');
}

/** A connection that the caller may revoke: what they manage, and as ADMIN anybody's personal one (004.1). */
export async function revocableConnection(ctx: Seeing, id: string): Promise<Connection> {
  const mine = await pick(
    ctx,
    id,
    (connection) =>
      mayUse(ctx.caller, connection) || mayManage(ctx.caller, connection) || roleAtLeast(ctx.caller.role, 'ADMIN'),
  );
  if (mayManage(ctx.caller, mine) || roleAtLeast(ctx.caller.role, 'ADMIN')) return mine;
  throw new Failure('FORBIDDEN', 'A shared connection is revoked by a MANAGER or above.');
}

async function pick(ctx: Seeing, id: string, visible: (connection: Connection) => boolean): Promise<Connection> {
  const connection = await findConnection(ctx.db, id);
  const isListed = connection?.deletedAt === null && !isAgentConnector(connection.connectorId);
  if (connection && isListed && visible(connection)) return connection;
  throw new Failure('NOT_FOUND', 'There is no such connection.');
}

/** Throws FORBIDDEN for whoever may not see what belongs to end users. */
export function requireManagesEndUsers(caller: Caller): void {
  if (managesEndUsers(caller)) return;
  throw new Failure(
    'FORBIDDEN',
    'What belongs to end users is seen by a MANAGER or above with the scope end_users:read.',
  );
}
