import type { Context } from '../../../server/src/context.ts';
import type { Route } from '../../../server/src/http/route.ts';
import { newId } from '../../../server/src/lib/ids.ts';
import { paramsFor } from '../../battery/things.ts';
import type { Staff } from '../model.ts';
import type { World } from '../world.ts';

/** The parameters of a path. */
export type Params = Readonly<Record<string, string>>;

/** What the path of a route names in one workspace: something of the kind that it is about. */
export interface OwnThing {
  readonly workspace: string;
  readonly route: Route;
  readonly params: Params;
}

/** Makes something for the path of each route in two of the workspaces, as their administrator, and has its ids known as theirs. */
export async function makeOwnThings(world: World, routes: readonly Route[]): Promise<readonly OwnThing[]> {
  const things: OwnThing[] = [];
  for (const { id: workspace, staff } of world.places.slice(0, 2)) {
    const ctx = await contextOf(world, staff.admin);
    for (const route of routes) things.push({ workspace, route, params: await paramsFor(route, ctx) });
  }
  for (const { workspace, params } of things)
    for (const id of Object.values(params))
      if (id !== workspace && !isEverywhere(things, id)) world.marks.know(id, { of: 'workspace', workspace });
  return things;
}

/** What is called the same in both workspaces is of the catalog. */
function isEverywhere(things: readonly OwnThing[], id: string): boolean {
  const where = things.filter(({ params }) => Object.values(params).includes(id)).map(({ workspace }) => workspace);
  return new Set(where).size > 1;
}

async function contextOf({ plugboard }: World, { key }: Staff): Promise<Context> {
  const { app } = plugboard;
  const identity = await app.access.identify({ apiKey: undefined, authorization: `Bearer ${key}`, cookie: undefined });
  if (identity === undefined) throw new Error('The session is over.');
  const caller = await app.access.enter(identity, { named: undefined });
  const db = app.storage.workspace(caller.workspaceId);
  return { ...app, caller, db, requestId: newId(), signal: new AbortController().signal };
}
