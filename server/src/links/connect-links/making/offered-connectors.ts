import type { AuthMode, Connector } from '../../../catalog/connector.ts';
import { knownConnector } from '../../../connections/start-connection.ts';
import { isConfigured } from '../../../connections/values/availability.ts';
import type { Context } from '../../../context.ts';
import { Failure } from '../../../errors.ts';
import { connectorsWithApp } from '../../../oauth/apps/oauth-app-store.ts';

type Offering = Pick<Context, 'catalog' | 'config' | 'db'>;

/** A connector, and the ways in which an end user can connect it here and now; the first is the usual one. */
export interface Offered {
  readonly connector: Connector;
  readonly ways: readonly [AuthMode, ...AuthMode[]];
}

/**
 * What a link offers: the connectors it names, or all there are, as far as they can be connected now. What runs a program or
 * reads a file on this machine is offered by its name alone.
 */
export async function offeredConnectors(ctx: Offering, ids: readonly string[] | null): Promise<readonly Offered[]> {
  const named = ids?.flatMap((id) => ctx.catalog.find(id) ?? []);
  const connectors = named ?? ctx.catalog.list().filter((connector) => !isLocal(connector));
  const apps = await connectorsWithApp(ctx.db);
  return connectors.flatMap((connector) => {
    const [first, ...others] = waysOf(connector, { config: ctx.config, apps });
    return first === undefined ? [] : [{ connector, ways: [first, ...others] as const }];
  });
}

function isLocal({ mcp, sql }: Connector): boolean {
  return mcp?.transport === 'stdio' || sql?.engine === 'sqlite';
}

function waysOf(connector: Connector, setup: Parameters<typeof isConfigured>[1]): readonly AuthMode[] {
  const { id, auth_modes: modes, mcp } = connector;
  if (mcp?.transport === 'stdio' && setup.config.stdio === undefined) return [];
  return modes.filter((mode) => isConfigured({ id, auth_mode: mode }, setup));
}

/** Throws BAD_REQUEST unless each of these can be connected here and now. */
export async function requireOffered(ctx: Offering, ids: readonly string[]): Promise<void> {
  const connectors = ids.map((id) => knownConnector(ctx, id));
  // Most can be connected without an app of the workspace, and nobody has to look for one.
  const doubtful = connectors.filter((connector) => waysOf(connector, { config: ctx.config, apps: none }).length === 0);
  if (doubtful.length === 0) return;
  const apps = await connectorsWithApp(ctx.db);
  const missing = doubtful.find((connector) => waysOf(connector, { config: ctx.config, apps }).length === 0);
  if (missing === undefined) return;
  throw new Failure(
    'BAD_REQUEST',
    `"${missing.id}" cannot be connected here yet. GET /api/v1/connectors says why, in availabilityReason.`,
  );
}

const none: ReadonlySet<string> = new Set();

/** The scopes, where the connector knows them; an MCP server's are its own business. Throws BAD_REQUEST naming one it does not know. */
export function knownScopes(connector: Connector, scopes: readonly string[]): readonly string[] {
  const unknown = unknownScope(connector, scopes);
  if (unknown === undefined) return [...new Set(scopes)];
  const known = [...scopesOf(connector)].join(', ');
  throw new Failure('BAD_REQUEST', `${connector.name} knows no scope "${unknown}". It has: ${known}.`);
}

/** The first of these that the connector does not know. */
export function unknownScope(connector: Connector, scopes: readonly string[]): string | undefined {
  const known = scopesOf(connector);
  return connector.mcp === undefined ? scopes.find((scope) => !known.has(scope)) : undefined;
}

function scopesOf({ oauth, tools }: Connector): ReadonlySet<string> {
  return new Set([...(oauth?.scopes ?? []), ...tools.flatMap((tool) => tool.scopes ?? [])]);
}
