import type { Connector } from '../../../catalog/connector.ts';
import type { Connection } from '../../../connections/connection.ts';
import type { Context } from '../../../context.ts';
import { type LinkMaking, offerConnectLink } from '../create-connect-link.ts';
import { offeredConnectors } from './offered-connectors.ts';

type Offering = LinkMaking & Pick<Context, 'db'>;

/** The address at which the end user who calls connects this connector; `undefined` where they cannot, or may not with what they call with. */
export async function offerToConnect(
  ctx: Offering & Pick<Context, 'catalog'>,
  { id }: Pick<Connector, 'id'>,
): Promise<string | undefined> {
  const { endUser } = ctx.caller;
  if (endUser === undefined || endUser.connectors?.has(id) === false) return undefined;
  if ((await offeredConnectors(ctx, [id])).length === 0) return undefined;
  return (await offerConnectLink(ctx, { endUser, purpose: 'connect', connectors: [id] })).url;
}

/** The address at which the end user who calls signs in to their connection anew, for these scopes besides; `undefined` where it is not theirs. */
export async function offerToReconnect(
  ctx: Offering,
  { id, endUser: owner }: Pick<Connection, 'id' | 'endUser'>,
  scopes: readonly string[],
): Promise<string | undefined> {
  const { endUser } = ctx.caller;
  if (endUser === undefined || owner?.id !== endUser.id) return undefined;
  const purpose = scopes.length === 0 ? 'reconnect' : 'step_up';
  return (await offerConnectLink(ctx, { endUser, purpose, connectionId: id, scopes })).url;
}
