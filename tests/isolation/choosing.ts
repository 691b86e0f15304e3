import { createHash } from 'node:crypto';
import { browse } from '../support/browsing.ts';
import { ask } from './asking.ts';
import { type Account, type EndUser, isEndUser, type Page, type Reader, staffKinds, workspaceOf } from './model.ts';
import type { Which, Who } from './steps/step.ts';
import type { Browser, Place, World } from './world.ts';

/** One of what there is, counted round; `undefined` where there is nothing yet. */
export function pick<T>(items: readonly T[], { nth }: Which): T | undefined {
  return items[nth % Math.max(1, items.length)];
}

/** Everybody with a credential, and somebody without. */
export function everybody({ places, made }: World): readonly Reader[] {
  const staff = places.flatMap((place) => staffKinds.map((kind) => place.staff[kind]));
  return [...staff, ...made.tokens, ...made.tokens, { kind: 'nobody' }];
}

/** The workspace that somebody is in; for nobody any of them. */
export function ownWorkspace({ places }: World, reader: Reader): string {
  return workspaceOf(reader) ?? places[0]?.id ?? '';
}

/** An account of anybody, mostly of an end user. */
export function pickAccount({ made }: World, which: Which): Account | undefined {
  const own = made.accounts.filter(({ owner }) => isEndUser(owner));
  return pick([...own, ...own, ...own, ...made.accounts], which);
}

/** Somebody who asks: where that is wanted and there is one, somebody whom it is for. */
export function pickReader(world: World, { nth, fitting }: Who, isFor: (reader: Reader) => boolean): Reader {
  const all = everybody(world);
  const fit = fitting ? all.filter(isFor) : [];
  return pick(fit.length === 0 ? all : fit, { nth }) ?? { kind: 'nobody' };
}

/** How an app calls its end users: two are called the same everywhere, the third in no other workspace. */
const names = ['u_1', 'u_2', 'u_alone'] as const;

/** An end user of any workspace, known or not. */
export interface Chosen {
  readonly place: Place;
  readonly name: (typeof names)[number];
}

export function pickUser({ places }: World, { nth }: Which): Chosen {
  const place = pick(places, { nth });
  const name = pick(names, { nth: Math.floor(nth / places.length) });
  if (place === undefined || name === undefined) throw new Error('There are no workspaces.');
  return { place, name };
}

/** The same name in the workspace of whoever asks: what they say means somebody there. */
export function asSeenBy({ places }: World, reader: Reader, { place, name }: Chosen): Chosen {
  if (!('person' in reader)) return { place, name };
  return { place: places.find(({ id }) => id === reader.workspace) ?? place, name };
}

/** What the app of a workspace calls them. */
export function externalIdOf({ made }: World, { place, name }: Chosen): string {
  return name === 'u_alone' ? alone(made.sequence + place.id) : `${name}-${made.sequence}`;
}

/** A text that is looked for in every answer. */
function alone(of: string): string {
  return `zq${createHash('sha256').update(of).digest('hex').slice(0, 16)}`;
}

/** Who is called so in a workspace; made by its app, with a name and an address of their own, where there is nobody. */
export async function endUserAt(world: World, chosen: Chosen): Promise<EndUser> {
  const { place } = chosen;
  const externalId = externalIdOf(world, chosen);
  const known = knownAt(world, place.id, externalId);
  if (known !== undefined) return known;
  const endUser: EndUser = { workspace: place.id, externalId, named: new Set(), isErased: false };
  if (chosen.name === 'u_alone') world.marks.know(externalId, { of: 'name', endUser });
  const name = world.marks.write({ of: 'profile', endUser });
  const email = `${world.marks.write({ of: 'profile', endUser })}@example.com`;
  await ask(world, place.staff.app, { to: `PUT /api/v1/end-users/${externalId}`, body: { name, email } });
  world.made.endUsers.push(endUser);
  return endUser;
}

/** Who is called so in this workspace now. */
export function knownAt({ made }: World, workspace: string, externalId: string): EndUser | undefined {
  return made.endUsers.find((each) => !each.isErased && each.workspace === workspace && each.externalId === externalId);
}

/** Whether somebody who was called so was erased. */
export function wasErased(world: World, chosen: Chosen): boolean {
  const externalId = externalIdOf(world, chosen);
  return world.made.endUsers.some(
    (each) => each.isErased && each.workspace === chosen.place.id && each.externalId === externalId,
  );
}

/** One of three browsers: where there is one, one whose page is like this. */
export function pickBrowser(
  { plugboard, made }: World,
  which: Which,
  isLike: (page: Page) => boolean = () => false,
): Browser {
  while (made.browsers.length < 3) made.browsers.push({ ...browse(plugboard), page: undefined });
  const fit = made.browsers.filter(({ page }) => page !== undefined && isLike(page));
  const browser = pick(fit.length === 0 ? made.browsers : fit, which);
  if (browser === undefined) throw new Error('There is no browser.');
  return browser;
}

/** Counts something that was allowed and done. */
export function did({ done }: World, what: string): void {
  done.set(what, (done.get(what) ?? 0) + 1);
}
