import * as fc from 'fast-check';
import { expect } from 'vitest';
import { ask } from '../asking.ts';
import { did, everybody, externalIdOf, pick, pickUser } from '../choosing.ts';
import { mayCall } from '../model.ts';
import { addressOf, isList, routes, takes, thingsAt } from '../routes.ts';
import type { World } from '../world.ts';
import { step, which } from './step.ts';

interface Narrowing {
  readonly filter: 'connection_id' | 'connection' | 'end_user' | undefined;
  readonly thing: number;
}

/** By whose connection, or by which end user, a list is narrowed. */
const filter = fc.constantFrom<Narrowing['filter'][]>(undefined, 'connection_id', 'connection', 'end_user');

/** Somebody looks at something of anybody's, or lists what there is; of connections they see all that they may call. */
export const look = step('look', { by: which, route: which, thing: which, filter }, async (world, wish) => {
  const reader = pick(everybody(world), wish.by) ?? { kind: 'nobody' };
  const looks = routes.filter(
    (each) => isList(each) || (each.method === 'GET' && !each.relays && thingsAt(world, each.path) !== undefined),
  );
  const route = pick(looks, wish.route);
  if (route === undefined) return;
  const thing = pick(thingsAt(world, route.path) ?? [], wish.thing);
  const query = filterOf(world, wish);
  const isTaken = Object.entries(query).every(([name, value]) => takes(route, name, value));
  const to = addressOf(world, reader, { route, id: thing?.id ?? 'none', query: isTaken ? query : {} });
  const answer = await ask(world, reader, { to });
  if (answer.status === 200) did(world);
  if (route.name !== 'listConnections' || reader.kind !== 'token' || reader.isOver || query.end_user) return;
  const own = world.made.connections.filter((connection) => mayCall(reader, connection));
  expect(idsIn(answer.body['items']), answer.text).toEqual(own.map(({ id }) => id).sort());
});

function filterOf(world: World, { filter, thing }: Narrowing): { readonly [name: string]: string } {
  if (filter === undefined) return {};
  if (filter === 'end_user') return { end_user: externalIdOf(world, pickUser(world, thing)) };
  return { [filter]: pick(world.made.connections, thing)?.id ?? 'none' };
}

function idsIn(items: unknown): string[] {
  return Array.isArray(items) ? items.map((item) => String(Object(item).id)).sort() : [];
}
