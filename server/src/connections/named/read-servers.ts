import type { Connector } from '../../catalog/connector.ts';
import type { Context } from '../../context.ts';
import { pointer } from '../../lib/json-pointer.ts';
import type { TargetServer } from '../settings/connection-settings.ts';
import { refusalOfEgress, spelled, wrongAddress } from '../values/server-address.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';
import { type BodyProblem, refusal, refuseAny } from './refuse-body.ts';

/** A server as `target_system_servers` names it. */
export interface GivenServer {
  readonly url: string;
  readonly description?: string | null | undefined;
}

/**
 * The servers that take the place of the manifest's, in the one spelling of their addresses (RULINGS 000.4). The first is
 * the one that counts, and must be one that may be reached from here. Throws INVALID_INPUT.
 */
export async function readServers(
  ctx: Pick<Context, 'caller' | 'config' | 'egress'>,
  connector: Connector,
  given: readonly GivenServer[],
): Promise<TargetServer[]> {
  if (given.length === 0) return [];
  const { http, mcp } = connector;
  if (!http && (!mcp || mcp.transport === 'stdio')) throw refusal(pointer(part), noServer(connector));
  refuseAny(given.flatMap(({ url }, index) => problemsWith(connector, url, index)));
  const servers = given.map(({ url, description }) => ({
    url: spelled(url),
    ...(typeof description === 'string' ? { description } : {}),
  }));
  await checkReachable(ctx, connector, servers[0]?.url ?? '');
  return servers;
}

const part = 'target_system_servers';

function noServer({ name }: Connector): string {
  return `${name} has no server whose address could be another one. Leave target_system_servers out.`;
}

/** The paths of operations stand behind the address of an API; that of an MCP server is whole. */
function problemsWith({ http }: Connector, url: string, index: number): BodyProblem[] {
  const wrong = wrongAddress(url, { query: http === undefined });
  return wrong === undefined ? [] : [{ path: pointer(part, index, 'url'), message: `url ${wrong}.` }];
}

async function checkReachable(
  ctx: Pick<Context, 'caller' | 'config' | 'egress'>,
  connector: Connector,
  url: string,
): Promise<void> {
  const refused = await refusalOfEgress(ctx.egress, url, { loopback: mayUseLoopback(ctx, connector) });
  if (refused !== undefined) throw refusal(pointer(part, 0, 'url'), refused);
}
