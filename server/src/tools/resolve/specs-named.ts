import type { Connector } from '../../catalog/connector.ts';
import type { Connection } from '../../connections/connection.ts';
import { findConnectorOf } from '../../connections/connector-of.ts';
import { discoveredOf } from '../../connections/tools/discovered-tools.ts';
import type { Context } from '../../context.ts';
import { proxySpec } from '../proxy/proxy-tool.ts';
import { type OwnSpec, specsOf } from '../specs/tools-of.ts';

/** A tool at a connection, before its switches are looked up. */
export interface Place extends OwnSpec {
  readonly connection: Connection;
  readonly connector: Connector;
}

/** The tools of connections that are called so, without the connector's name; a connection whose connector is gone has none. */
export async function specsNamed(
  ctx: Pick<Context, 'catalog' | 'db'>,
  connections: readonly Connection[],
  names: readonly string[],
): Promise<readonly Place[]> {
  const connectors = await Promise.all(connections.map((connection) => findConnectorOf(ctx, connection)));
  const servers = connections.filter((_, index) => connectors[index]?.mcp !== undefined);
  const discovered = await discoveredOf(
    ctx.db,
    servers.map(({ id }) => id),
    names,
  );
  const wanted = new Set(names);
  return connections.flatMap((connection, index) => {
    const connector = connectors[index];
    if (!connector) return [];
    const specs = specsOf({ connection, connector }, discovered.get(connection.id) ?? []);
    const named = specs.filter(({ spec }) => wanted.has(spec.name));
    return [...named, ...proxyNamed(connector, wanted, named)].map(({ spec, held, flags }) => {
      return { spec, held, flags, connection, connector };
    });
  });
}

/** The raw proxy, where it is named and no tool of the connection's own is called so. */
function proxyNamed(connector: Connector, wanted: ReadonlySet<string>, named: readonly OwnSpec[]): readonly OwnSpec[] {
  const spec = proxySpec(connector);
  if (spec === undefined || !wanted.has(spec.name) || named.some((own) => own.spec.name === spec.name)) return [];
  return [{ spec, held: undefined, flags: [] }];
}
