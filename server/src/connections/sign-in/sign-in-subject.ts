import type { Connector } from '../../catalog/connector.ts';
import type { Handshake } from '../../oauth/handshakes/handshake-store.ts';
import { type Connection, mayManage } from '../connection.ts';
import { findConnection } from '../connection-store.ts';
import { findConnectorOf } from '../connector-of.ts';
import type { SignInContext } from './sign-in-context.ts';

/** What a handshake is for. */
export interface SignInSubject {
  readonly connection: Connection;
  readonly connector: Connector;
}

/** The same, as long as it is what the handshake was begun for and the caller may still manage it; else `undefined`. */
export async function findSubject(
  ctx: SignInContext,
  handshake: Pick<Handshake, 'connectionId' | 'generation'>,
): Promise<SignInSubject | undefined> {
  const connection = await findConnection(ctx.db, handshake.connectionId);
  if (connection?.deletedAt !== null || connection.generation !== handshake.generation) return undefined;
  const connector = await findConnectorOf(ctx, connection);
  return connector && mayManage(ctx.caller, connection) ? { connection, connector } : undefined;
}

/** What is said where there is none any more. */
export const changedSince =
  'Since this sign-in began the connection was changed or deleted, or is no longer yours to manage. Start again.';
