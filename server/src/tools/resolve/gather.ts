import { customServerId } from '../../catalog/own-connectors.ts';
import { type Connection, mayUse } from '../../connections/connection.ts';
import { findConnectorOf } from '../../connections/connector-of.ts';
import { findConnection, listUsable } from '../../connections/connection-store.ts';
import { defaultsFor } from '../../connections/defaults/connection-defaults.ts';
import { namesSeen } from '../../connections/tools/discovered-tools.ts';
import type { Context } from '../../context.ts';
import { isUuid } from '../../lib/ids.ts';
import { toolAddress } from '../specs/tool-address.ts';
import { manifestTools } from '../specs/tools-of.ts';
import type { Candidate, Standing, StandingDefault, WantedTool } from './resolve-tool.ts';
import { bareNames, prefixesOf } from './tool-named.ts';
import { type Place, specsNamed } from './specs-named.ts';
import { usableById } from './usable-by-id.ts';

/** What a name is decided on. */
export interface Gathered {
  readonly candidates: readonly Candidate<Place>[];
  readonly standing: Standing;
  /** Those of the caller's that are called so, whether they have such a tool or not. */
  readonly connections: readonly Connection[];
}

type Gathering = Pick<Context, 'db' | 'catalog' | 'caller'>;

/**
 * Reads what a name could mean: connections the caller may use, the tools they have that are called so, and the defaults of key
 * and person. All of it is the workspace's and goes stale with its generation (R6).
 */
export async function gather(ctx: Gathering, wanted: WantedTool): Promise<Gathered> {
  const word = 'name' in wanted ? handleIn(wanted.name) : wanted.connection;
  const addressed = word === undefined ? undefined : await connectionCalled(ctx, word);
  return addressed ? gatherAt(ctx, addressed, wanted) : gatherByConnector(ctx, wanted, word);
}

async function connectionCalled(ctx: Gathering, word: string): Promise<Connection | undefined> {
  if (isUuid(word)) return usableById(ctx, word.toLowerCase());
  return (await listUsable(ctx.db, ctx.caller, { handle: word }))[0];
}

function handleIn(name: string): string | undefined {
  const at = name.indexOf('__');
  return at > 0 ? name.slice(0, at) : undefined;
}

/** A handle means its connection and no other, whatever else its name would fit. */
async function gatherAt(ctx: Gathering, connection: Connection, wanted: WantedTool): Promise<Gathered> {
  const names =
    'name' in wanted ? await namesAt(ctx, connection, wanted.name) : bareNames(wanted.tool, connection.connectorId);
  const places = await specsNamed(ctx, [connection], names);
  return { candidates: places.map(candidate), standing: nothingElse, connections: [connection] };
}

const nothingElse: Standing = { defaults: [], foreignHandle: undefined };

/** The names a tool can have that is called so at a connection; an address that was shortened is compared with all of them. */
async function namesAt(ctx: Gathering, connection: Connection, address: string): Promise<readonly string[]> {
  const plain = address.slice(connection.handle.length + 2);
  if (toolAddress(connection.handle, plain) === address && !/_[0-9a-f]{8}$/.test(plain)) return [plain];
  const connector = await findConnectorOf(ctx, connection);
  const all =
    connector?.mcp === undefined
      ? (connector === undefined ? [] : manifestTools(connector)).map(({ name }) => name)
      : await namesSeen(ctx.db, connection.id);
  return all.filter((name) => toolAddress(connection.handle, name) === address);
}

async function gatherByConnector(ctx: Gathering, wanted: WantedTool, word: string | undefined): Promise<Gathered> {
  const connectorIds = 'name' in wanted ? connectorsIn(ctx, wanted.name) : [wanted.connection];
  if (connectorIds.length === 0) return { candidates: [], standing: nothingElse, connections: [] };
  const connections = await listUsable(ctx.db, ctx.caller, { connectorIds });
  const whole = 'name' in wanted ? wanted.name : wanted.tool;
  const names = connectorIds.flatMap((id) => bareNames(whole, id));
  const [places, foreignHandle, defaults] = await Promise.all([
    specsNamed(ctx, connections, names),
    foreignHandleIn(ctx, word),
    standingDefaults(ctx, connectorIds),
  ]);
  const standing = { defaults, foreignHandle };
  return { candidates: places.map(candidate), standing, connections };
}

function connectorsIn({ catalog }: Gathering, name: string): readonly string[] {
  const ids = [...catalog.list().map(({ id }) => id), customServerId];
  return ids.filter((id) => prefixesOf(id).some((prefix) => name.startsWith(prefix)));
}

/**
 * A handle is given once and never again: one that is not the caller's to use still means the connection it was given to. To an
 * end user the handles of others say nothing, not even that there are others: a connector's name is that of theirs.
 */
async function foreignHandleIn(ctx: Gathering, word: string | undefined): Promise<string | undefined> {
  if (word === undefined || ctx.caller.endUser) return undefined;
  const taken = await ctx.db.rows.selectFrom('connections').select('id').where('handle', '=', word).executeTakeFirst();
  return taken && word;
}

async function standingDefaults(ctx: Gathering, connectorIds: readonly string[]): Promise<readonly StandingDefault[]> {
  const defaults = await defaultsFor(ctx.db, ctx.caller, connectorIds);
  return Promise.all(
    defaults.map(async ({ of, connectorId, connectionId }) => {
      const problem = problemOf(ctx, await findConnection(ctx.db, connectionId));
      return { of, connectorId, connectionId, problem };
    }),
  );
}

function problemOf({ caller }: Gathering, connection: Connection | undefined): StandingDefault['problem'] {
  if (!connection || connection.deletedAt !== null) return 'deleted';
  return mayUse(caller, connection) ? undefined : 'not_yours';
}

function candidate(place: Place): Candidate<Place> {
  const { connection, spec, held } = place;
  return {
    connectionId: connection.id,
    handle: connection.handle,
    connectorId: connection.connectorId,
    address: toolAddress(connection.handle, spec.name),
    tool: spec.name,
    isPending: connection.status === 'pending',
    isActive: connection.isActive,
    isHeld: held !== undefined,
    found: place,
  };
}
