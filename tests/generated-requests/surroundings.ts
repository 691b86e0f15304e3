import { mintKey } from '../../server/src/access/keys/api-keys.ts';
import { prepareConnection } from '../../server/src/connections/new-connection.ts';
import type { Context } from '../../server/src/context.ts';
import type { Route } from '../../server/src/http/route.ts';
import { randomToken } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { tokenOf } from '../battery/end-users.ts';
import { paramsFor } from '../battery/things.ts';
import type { StartedInstance } from '../support/instance.ts';
import { shippedConnector } from '../support/shipped-connector.ts';

/** Who sends: the key of each, the first being asked for most. No key for who has none. */
export async function keysOf(instance: StartedInstance): Promise<Readonly<Record<string, string>>> {
  const { secret } = await mintKey(instance.abroad, { name: 'Elsewhere', kind: 'person', role: 'OWNER' });
  return {
    admin: instance.adminKey,
    agent: await instance.keyWith({ kind: 'agent' }),
    viewer: await instance.keyWith({ role: 'VIEWER' }),
    elsewhere: secret.reveal(),
    'an end user': await tokenOf(instance.home, 'u_1'),
    'a wrong key': 'pb_nobody',
    nobody: '',
  };
}

/** Parameters of a path that name something: some of this workspace, some of another. */
export async function namedThings(
  { home, abroad }: StartedInstance,
  route: Route,
): Promise<readonly Readonly<Record<string, string>>[]> {
  if (!route.path.includes(':')) return [];
  const connected = await connectedId(home);
  const own = [await paramsFor(route, home), await paramsFor(route, home), await paramsFor(route, home)];
  const made = route.example?.params === undefined ? [] : [{ ...own[0], ...route.example.params }];
  const usable = [
    { ...own[0], id: connected },
    { ...own[0], connection_id: connected },
  ];
  return [...own, ...made, ...(route.path.includes('/connections/:') ? usable : []), await paramsFor(route, abroad)];
}

/** A connection whose tools can be called, were its provider there. */
export async function connectedId(ctx: Context): Promise<string> {
  const { id, insert } = await prepareConnection(ctx, {
    connector: shippedConnector('github'),
    label: randomToken(4),
    authMode: 'pat',
    scope: 'workspace',
    status: 'connected',
    statusReason: null,
    credentials: { secrets: { token: new Secret('ghp_0123456789') }, origins: ['https://api.github.com'] },
  });
  await ctx.db.transact(insert);
  return id;
}

const urls = [
  'http://127.0.0.1:9/',
  'http://localhost:61017',
  'http://10.0.0.1/api',
  'https://api.nowhere.invalid/v1',
  'https://user:pass@nowhere.invalid/',
  'ftp://nowhere.invalid',
  'nowhere',
];
const connectors = ['github', 'gitlab', 'http', 'everything', 'mcp', 'agent:langgraph', 'nothing'];

/** Values that mean something here, by the name of what they stand in. */
export function likelyValues({ home, abroad }: StartedInstance): Readonly<Record<string, readonly unknown[]>> {
  const workspaces = [home.caller.workspaceId, 'default', abroad.caller.workspaceId];
  return {
    connectorSlug: connectors,
    slug: connectors,
    connector: connectors,
    connector_id: connectors,
    workspace: workspaces,
    projectId: ['default', 'nothing'],
    crew: ['default', 'nothing'],
    crew_id: ['default', 'nothing'],
    url: urls,
    endpoint: urls,
    baseUrl: urls,
    base_url: urls,
    token: ['glpat-0123456789', ''],
    fields: [{ token: 'glpat-0123456789' }, { token: 'x', base_url: urls[3] }, { url: urls[0] }],
    headers: [{ 'X-Team': 'support' }, { Host: 'a' }, { 'X-A': 'b\r\nc: d' }, { __proto__: 'x' }],
    config: [{ assistantId: 'a' }, { assistantId: 1 }],
    type: ['langgraph', 'openai'],
    transport: ['streamable-http', 'sse', 'stdio'],
    authMode: ['pat', 'mcp_oauth', 'byo_oauth', 'none'],
    auth_mode: ['pat', 'conn_string', 'byo_oauth', 'none'],
    arguments: [{ owner: 'octocat', repo: 'hello-world' }, { project: 'acme/api' }],
    cursor: ['MjAyNi0wMS0wMVQwMDowMDowMC4wMDBaIHg', home.caller.userId],
    userId: [home.caller.userId],
    user_id: [home.caller.userId],
  };
}
