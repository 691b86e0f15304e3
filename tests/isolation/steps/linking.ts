import { expect } from 'vitest';
import { ask, visit } from '../asking.ts';
import { asSeenBy, did, endUserAt, pick, pickBrowser, pickReader, pickUser } from '../choosing.ts';
import { type Connection, isThem, type Link, manages } from '../model.ts';
import { type Browser, keepConnection, openAtProvider, type World } from '../world.ts';
import { refusals } from './connecting.ts';
import { maybe, step, which, who } from './step.ts';

/** Somebody asks for a link with which an end user connects: their app, or they themselves. */
export const makeLink = step('make a link', { by: who, user: which, opens: maybe }, async (world, wish) => {
  const chosen = pickUser(world, wish.user);
  const meant = await endUserAt(world, chosen);
  const reader = pickReader(world, wish.by, (each) => manages(each, meant.workspace) || isThem(each, meant));
  const endUser = await endUserAt(world, asSeenBy(world, reader, chosen));
  const body = { end_user: { id: endUser.externalId } };
  const made = await ask(world, reader, { to: 'POST /api/v1/connect-links', body });
  if (!manages(reader, endUser.workspace) && !isThem(reader, endUser))
    return expect(refusals, made.text).toContain(made.status);
  expect(made.status, made.text).toBe(201);
  const link = keepLink(world, made.body, { endUser });
  did(world);
  if (wish.opens !== undefined) await openIn(world, wish.opens, link);
});

/** Has a link that was made known, with its address. */
export function keepLink(
  { marks, made }: World,
  body: Readonly<Record<string, unknown>>,
  facts: Pick<Link, 'endUser' | 'waiting'>,
): Link {
  const path = new URL(String(body['url'])).pathname;
  const link = { id: String(body['id']), path, isOpened: false, ...facts };
  made.links.push(link);
  marks.know(link.id, { of: 'credential', endUser: facts.endUser });
  marks.know(path.slice('/link/'.length), { of: 'address', link });
  return link;
}

/** A browser opens a link: looking at it spends nothing, opening it works once. */
export const openLink = step('open a link', { browser: which, link: which }, async (world, wish) => {
  const link = pick(world.made.links, wish.link);
  if (link !== undefined) await openIn(world, wish.browser, link);
});

/** Opens a link in one of the browsers, which acts for its end user from then on. */
export async function openIn(world: World, nth: number, link: Link): Promise<void> {
  const browser = pickBrowser(world, nth);
  const before = browser.page;
  browser.page = { kind: 'page', link };
  await visit(world, browser, { path: link.path });
  const opened = await visit(world, browser, { path: link.path, fields: {} });
  const may = !link.isOpened && !link.endUser.isErased;
  expect(may ? [303] : [404, 410], opened.text).toContain(opened.status);
  if (!may) browser.page = before;
  link.isOpened = true;
  await visit(world, browser, { path: '/link' });
  did(world);
}

/** A form of a link's page is sent, sometimes in the name of another link, or for somebody else's connection. */
export const fillForm = step('fill', { browser: which, link: maybe, foreign: maybe }, async (world, wish) => {
  const browser = pickBrowser(world, wish.browser, ({ link }) => link.waiting === undefined);
  const own = browser.page?.link;
  const named = (wish.link === undefined ? undefined : pick(world.made.links, wish.link)) ?? own;
  const foreign = foreignOf(world, own, wish.foreign);
  const opened = openAtProvider(world);
  const values = {
    link: named?.id ?? 'none',
    connector: 'notes',
    way: 'pat',
    another: 'yes',
    'field.token': opened.token,
  };
  const fields = { ...values, ...(foreign && { connection: foreign.id }) };
  const sent = await visit(world, browser, { path: '/link/values', fields });
  if (own === undefined || own.endUser.isErased) return expect(refusals, sent.text).toContain(sent.status);
  if (named !== own) expect(sent.status, sent.text).toBe(409);
  const id = await madeBy(world, browser);
  if (id === undefined || world.made.connections.some((connection) => connection.id === id)) return;
  expect(named).toBe(own);
  const { endUser: owner } = own;
  const { workspace } = owner;
  world.made.connections.push(keepConnection(world, { id, workspace, owner, opened }));
  did(world);
});

function foreignOf({ made }: World, own: Link | undefined, nth: number | undefined): Connection | undefined {
  if (nth === undefined) return undefined;
  const others = made.connections.filter(({ owner }) => own === undefined || owner !== own.endUser);
  return pick(others, nth);
}

/** The connection that the last page of the link in this browser names. */
async function madeBy(world: World, browser: Browser): Promise<string | undefined> {
  const { text } = await visit(world, browser, { path: '/link' });
  return /data-connection-made="([^"]+)"/.exec(text)?.[1];
}
