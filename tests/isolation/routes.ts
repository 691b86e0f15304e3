import { everyRoute } from '../../server/src/http/openapi/documentation.ts';
import type { Route } from '../../server/src/http/route.ts';
import { ownWorkspace } from './choosing.ts';
import type { Mark, Reader } from './model.ts';
import type { World } from './world.ts';

/** Something that a path can name. */
export interface Thing {
  readonly id: string;
  /** What of it is only for whoever may look at it: its id may be on record for others, too. */
  readonly mark: Mark;
}

/** Every route of the API. */
export const routes = everyRoute();

/** What the path of a route names: all there is of that kind, whosever it is; `undefined` where it names none of these. */
export function thingsAt({ made, places }: World, path: string): readonly Thing[] | undefined {
  if (/\/(connections|integrations)\/:|^\/v1\/connectors\/:/.test(path))
    return made.connections.map((connection) => ({ id: connection.id, mark: { of: 'label', connection } }));
  if (path.includes('/approvals/:'))
    return made.waiting.map((waiting) => ({ id: waiting.id, mark: { of: 'argument', waiting } }));
  if (path.includes('/connect-links/:'))
    return made.links.map(({ id, endUser }) => ({ id, mark: { of: 'credential', endUser } }));
  if (path.includes('/user-tokens/:'))
    return made.tokens.flatMap(({ id, endUser }) =>
      id === undefined ? [] : [{ id, mark: { of: 'credential', endUser } }],
    );
  if (path.includes('/end-users/:'))
    return made.endUsers.map((endUser) => ({ id: endUser.externalId, mark: { of: 'name', endUser } }));
  if (path.includes('/webhooks/:')) return places.map(({ id, webhook }) => ofWorkspace(id, webhook));
  if (path.includes('/key-sets/:')) return places.map(({ id, keySet }) => ofWorkspace(id, keySet));
  return undefined;
}

function ofWorkspace(workspace: string, id: string): Thing {
  return { id, mark: { of: 'workspace', workspace } };
}

/** Whether a route says what there is without being told what to look at. */
export function isList({ method, path }: Pick<Route, 'method' | 'path'>): boolean {
  return method === 'GET' && !/:(?!workspace|connector_id)|\*/.test(path);
}

/** The address of a route as somebody asks it, with this id in its path, and this query. */
export function addressOf(
  world: World,
  reader: Reader,
  { route, id = '', query = {} }: { readonly route: Route; readonly id?: string; readonly query?: object },
): string {
  const own = ownWorkspace(world, reader);
  const fixed: Readonly<Record<string, string>> = {
    workspace: own,
    connector_id: '_',
    tool: 'read_page',
    name: 'read_page',
    operation: 'read_page',
  };
  const path = route.path.replace('*', 'page').replaceAll(/:(\w+)/g, (_, name: string) => fixed[name] ?? id);
  const named = route.workspaceIn === 'query' ? { workspace_id: own } : {};
  const long = takes(route, 'limit', '100') ? { limit: '100' } : {};
  const search = new URLSearchParams({ ...route.example?.query, ...named, ...long, ...query }).toString();
  return `${route.method} ${path}${search === '' ? '' : `?${search}`}`;
}

/** Whether a route understands this in its query. */
export function takes({ query, example }: Pick<Route, 'query' | 'example'>, name: string, value: string): boolean {
  const parsed = query?.safeParse({ ...example?.query, [name]: value });
  return parsed?.success === true && Object.hasOwn(Object(parsed.data), name);
}
