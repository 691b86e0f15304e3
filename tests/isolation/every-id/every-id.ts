import { expect } from 'vitest';
import { everyRoute } from '../../../server/src/http/openapi/documentation.ts';
import type { Route } from '../../../server/src/http/route.ts';
import { namesOwned } from '../../battery/things.ts';
import { ask, readerName } from '../asking.ts';
import { everybody, ownWorkspace, pick } from '../choosing.ts';
import { isList } from '../steps/looking.ts';
import { isEndUser, type Mark, mayRead, type Reader, type TokenHolder } from '../model.ts';
import { makeOwnThings, type OwnThing, type Params } from './own-things.ts';
import { placesIn, withText } from './places-in.ts';
import type { World } from '../world.ts';

/** A credential at a route. */
export interface Visit {
  /** Whether it only looks, and calls nobody: the most telling of all, and cheap. */
  readonly isLook: boolean;
  readonly reader: Reader;
  readonly route: Route;
}

/** What is tried, with the ids of others: each takes a number that says which of them. */
export interface EveryId {
  readonly visits: readonly Visit[];
  /** Lists what can be listed without naming anything: nothing of somebody else's is in it. */
  tryList(visit: Visit): Promise<void>;
  /** Puts an id into the path: it is refused as what is not there, or what is not for this credential. */
  tryPath(visit: Visit, nth: number): Promise<void>;
  /** Puts an id anywhere into the query or the body: whatever is answered, nothing of somebody else's is told or done. */
  tryInside(visit: Visit, nth: number): Promise<void>;
}

const routes = everyRoute();

/** Routes that make what their path names where there is none: another workspace's is none of theirs. */
const makesWhatItNames: ReadonlySet<string> = new Set(['putEndUser']);

/** Every route with every credential there is. */
export async function everyId(world: World): Promise<EveryId> {
  const own = await makeOwnThings(
    world,
    routes.filter(({ path }) => path.includes('/:')),
  );
  const readers = [...new Set(everybody(world))];
  const known = new Map(readers.map((reader) => [reader, foreignTo(world, reader)] as const));
  const foreign = (reader: Reader) => known.get(reader) ?? [];
  return {
    visits: routes.flatMap((route) => readers.map((reader) => ({ route, reader, isLook: isLook(route) }))),
    async tryList(visit) {
      const { route, reader } = visit;
      if (!isList(route)) return;
      const query = route.query?.safeParse({ limit: '100' }).success ? { limit: '100' } : {};
      await send(world, { ...visit, query, params: { workspace: ownWorkspace(world, reader) } });
    },
    async tryPath(visit, nth) {
      const { route, reader } = visit;
      if (!namesOwned(route.path) || makesWhatItNames.has(route.name)) return;
      const found = foreign(reader);
      const alike = found.filter(({ mark }) => mark.of === kindIn(route.path));
      const fitting = visit.isLook ? alike : [pick(alike, { nth })];
      const ids = [pick(found, { nth }), ...fitting].flatMap((each) => each?.text ?? []);
      const theirs = own.filter((thing) => thing.route === route && !isOfStaff(reader, thing.workspace));
      const made = pick(theirs, { nth });
      const tried = ids.map((id) => filled(route, id, ownWorkspace(world, reader)));
      for (const params of made === undefined ? tried : [...tried, made.params])
        if (route.params?.safeParse(params).success !== false) await isRefused(world, { ...visit, params });
    },
    async tryInside(visit, nth) {
      const params = ownParams(world, visit, own);
      const id = pick(foreign(visit.reader), { nth })?.text;
      if (params === undefined || id === undefined) return;
      const replay = pick(inside(visit.route, id), { nth });
      if (replay !== undefined) await send(world, { ...visit, params, ...replay, keeps: true });
    },
  };
}

function isLook({ method, relays }: Route): boolean {
  return method === 'GET' && relays !== true;
}

interface Replay extends Visit {
  readonly params: Params;
  readonly query?: Params;
  readonly body?: unknown;
  readonly keeps?: true;
}

async function isRefused(world: World, replay: Replay): Promise<void> {
  const { reader, route } = replay;
  const { status, text } = await send(world, replay);
  if (route.access === 'public') return;
  const isKnown = reader.kind !== 'nobody' && !(reader.kind === 'token' && reader.isOver);
  const refusals = isKnown ? [403, 404] : [401];
  expect(refusals.includes(status), `${readerName(reader)}: ${route.method} ${pathOf(replay)}: ${status} ${text}`).toBe(
    true,
  );
}

function send(world: World, { reader, route, params, query, keeps, body = route.example?.body }: Replay) {
  const named = route.workspaceIn === 'query' ? { workspace_id: ownWorkspace(world, reader) } : {};
  const search = new URLSearchParams({ ...named, ...(query ?? route.example?.query) }).toString();
  const to = `${route.method} ${pathOf({ route, params })}${search === '' ? '' : `?${search}`}`;
  return ask(world, reader, { to, ...(keeps && { keeps }), ...(route.body !== undefined && { body: body ?? {} }) });
}

function pathOf({ route, params }: Pick<Replay, 'route' | 'params'>): string {
  const path = route.path.replace('*', 'page');
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** An example with the id in each place in turn where the schema takes it. */
function inside({ query, body, example }: Route, id: string): readonly Pick<Replay, 'query' | 'body'>[] {
  const queries = placesIn(query).map((place) => withText(example?.query ?? {}, place, id));
  const bodies = placesIn(body).map((place) => withText(example?.body ?? {}, place, id));
  return [
    ...queries.filter((value) => query?.safeParse(value).success).map((value) => ({ query: Object(value) })),
    ...bodies.filter((value) => body?.safeParse(value).success).map((value) => ({ body: value })),
  ];
}

interface Foreign {
  readonly text: string;
  readonly mark: Mark;
}

/** The ids and names that this credential may not know of, of what there is now. */
function foreignTo({ marks, made }: World, reader: Reader): readonly Foreign[] {
  const isSaid = ({ of }: Mark) => of !== 'secret' && of !== 'address' && of !== 'profile' && of !== 'content';
  return marks.all().filter(({ mark }) => isSaid(mark) && isThere(mark, made) && !mayRead(reader, mark));
}

function isThere(mark: Mark, { endUsers }: World['made']): boolean {
  if ('endUser' in mark) return endUsers.includes(mark.endUser);
  const owner = 'account' in mark ? mark.account.owner : 'waiting' in mark ? mark.waiting.asker : null;
  return !isEndUser(owner) || endUsers.includes(owner);
}

/** What the last parameter of a path is, among what end users have. */
function kindIn(path: string): Mark['of'] | undefined {
  const kinds = [
    ['/connections/:', 'account id'],
    ['/integrations/:', 'account id'],
    ['/v1/connectors/:', 'account id'],
    ['/approvals/:', 'approval'],
    ['/connect-links/:', 'credential'],
    ['/user-tokens/:', 'credential'],
    ['/end-users/:', 'name'],
  ] as const;
  return kinds.find(([step]) => path.includes(step))?.[1];
}

function filled({ path }: Route, id: string, workspace: string): Params {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, name === 'workspace' ? workspace : id]));
}

/** What an administrator made is for everybody of their workspace who has a role for it; end users have nothing of it. */
function isOfStaff(reader: Reader, workspace: string): boolean {
  return 'person' in reader && reader.workspace === workspace;
}

/** Parameters of a path that mean something of this credential's own; `undefined` where it has nothing of the kind. */
function ownParams(world: World, { reader, route }: Visit, own: readonly OwnThing[]): Params | undefined {
  if (!route.path.includes('/:')) return {};
  if (reader.kind === 'token') return route.endUsers === true ? tokenParams(world, reader) : undefined;
  if (reader.kind !== 'admin') return undefined;
  return own.find((thing) => thing.route === route && thing.workspace === reader.workspace)?.params;
}

function tokenParams({ made }: World, { endUser }: TokenHolder): Params | undefined {
  const account = made.accounts.find(({ owner, isLive }) => isLive && owner === endUser);
  if (account === undefined) return undefined;
  const { id, connector } = account;
  return {
    id,
    connection_id: id,
    tool: 'read_page',
    name: 'read_page',
    connector_id: connector,
    operation: 'read_page',
  };
}
