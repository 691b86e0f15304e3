import { createHash } from 'node:crypto';
import { browse } from '../support/browsing.ts';
import { ask } from './asking.ts';
import { type Connection, type EndUser, type Page, type Reader, staffKinds, workspaceOf } from './model.ts';
import type { Browser, Place, World } from './world.ts';

/** One of what there is, counted round; `undefined` where there is nothing yet. */
export function pick<T>(items: readonly T[], nth: number): T | undefined {
  return items[nth % Math.max(1, items.length)];
}

/** Everybody with a credential, and somebody without. */
export function everybody({ places, made }: World): readonly Reader[] {
  const staff = places.flatMap((place) => staffKinds.map((kind) => place.staff[kind]));
  return [...staff, ...made.tokens, { kind: 'nobody' }];
}

/** Somebody who asks; `fitting`: where there is one, somebody whom it is for. */
export interface Who {
  readonly nth: number;
  readonly fitting: boolean;
}

/** Finds them; end users as often as all others. */
export function pickReader(world: World, { nth, fitting }: Who, isFor: (reader: Reader) => boolean): Reader {
  const all = [...everybody(world), ...world.made.tokens];
  const fit = fitting ? all.filter(isFor) : [];
  return pick(fit.length === 0 ? all : fit, nth) ?? { kind: 'nobody' };
}

/** The workspace that somebody is in; for nobody any of them. */
export function ownWorkspace({ places }: World, reader: Reader): string {
  return workspaceOf(reader) ?? places[0]?.id ?? '';
}

/** The connections of end users. */
export function ofEndUsers({ made }: World): readonly Connection[] {
  return made.connections.filter(({ owner }) => owner !== null);
}

/** A connection of anybody, mostly of an end user. */
export function pickConnection(world: World, nth: number): Connection | undefined {
  const own = ofEndUsers(world);
  return pick([...own, ...own, ...own, ...world.made.connections], nth);
}

/** How an app calls its end users: two are called the same everywhere, the third in no other workspace. */
const names = ['u_1', 'u_2', 'u_alone'] as const;

/** An end user of any workspace, known or not. */
export interface Chosen {
  readonly place: Place;
  readonly name: (typeof names)[number];
}

/** By place first: the one called u_1 in each of them, then those called u_2. */
export function pickUser({ places }: World, nth: number): Chosen {
  const place = pick(places, nth);
  const name = pick(names, Math.floor(nth / places.length));
  if (place === undefined || name === undefined) throw new Error('There are no workspaces.');
  return { place, name };
}

/** The same name in the workspace of whoever asks: what they say means somebody there. */
export function asSeenBy({ places }: World, reader: Reader, { place, name }: Chosen): Chosen {
  return { place: places.find(({ id }) => id === workspaceOf(reader)) ?? place, name };
}

/** What the app of a workspace calls them. */
export function externalIdOf({ made }: World, { place, name }: Chosen): string {
  return name === 'u_alone' ? alone(made.history + place.id) : `${name}-${made.history}`;
}

/** A text that is looked for in every answer. */
function alone(of: string): string {
  return `zq${createHash('sha256').update(of).digest('hex').slice(0, 16)}`;
}

/** Who is called so in a workspace; made by its app, with a name and an address of their own, where there is nobody. */
export async function endUserAt(world: World, chosen: Chosen): Promise<EndUser> {
  const known = knownAt(world, chosen);
  if (known !== undefined) return known;
  const { place } = chosen;
  const externalId = externalIdOf(world, chosen);
  const endUser: EndUser = { workspace: place.id, externalId, named: new Set(), isErased: false };
  if (chosen.name === 'u_alone') world.marks.know(externalId, { of: 'name', endUser });
  const name = world.marks.write({ of: 'profile', endUser });
  const email = `${world.marks.write({ of: 'profile', endUser })}@example.com`;
  await ask(world, place.staff.app, { to: `PUT /api/v1/end-users/${externalId}`, body: { name, email } });
  world.made.endUsers.push(endUser);
  return endUser;
}

/** Who is called so in this workspace now. */
export function knownAt(world: World, chosen: Chosen): EndUser | undefined {
  return everCalled(world, chosen).find(({ isErased }) => !isErased);
}

/** Everybody who was ever called so there. */
export function everCalled(world: World, chosen: Chosen): readonly EndUser[] {
  const externalId = externalIdOf(world, chosen);
  return world.made.endUsers.filter((each) => each.workspace === chosen.place.id && each.externalId === externalId);
}

/** One of three browsers: where there is one, one whose page is like this. */
export function pickBrowser({ plugboard, made }: World, nth: number, isLike?: (page: Page) => boolean): Browser {
  while (made.browsers.length < 3) made.browsers.push({ ...browse(plugboard), page: undefined });
  const fit = made.browsers.filter(({ page }) => page !== undefined && isLike?.(page));
  const browser = pick(fit.length === 0 ? made.browsers : fit, nth);
  if (browser === undefined) throw new Error('There is no browser.');
  return browser;
}

/** Counts something that was allowed and done. */
export function did(world: World): void {
  world.done += 1;
}
