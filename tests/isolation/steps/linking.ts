import { expect } from 'vitest';
import { ask, visit } from '../asking.ts';
import { asSeenBy, did, endUserAt, pick, pickBrowser, pickReader, pickUser } from '../choosing.ts';
import { refusals } from './connecting.ts';
import { type EndUser, type Link, manages, type Reader } from '../model.ts';
import type { ConnectorId } from '../provider.ts';
import type { StepOf } from './step.ts';
import { type Browser, keepAccount, openAccount, type World } from '../world.ts';

/** Somebody asks for a link with which an end user connects: their app, or they themselves. */
export async function makeLink(world: World, { by, user, connectors, opens }: StepOf<'link'>): Promise<void> {
  const chosen = pickUser(world, user);
  const meant = await endUserAt(world, chosen);
  const reader = pickReader(world, by, (each) => manages(each, meant.workspace) || isThem(each, meant));
  const endUser = reader.kind === 'token' ? meant : await endUserAt(world, asSeenBy(world, reader, chosen));
  const wanted = connectors === undefined ? {} : { connectors: [connectors] };
  const made = await ask(world, reader, {
    to: 'POST /api/v1/connect-links',
    body: { end_user: { id: endUser.externalId }, ...wanted },
  });
  // Called the same in another workspace, somebody with a token gets a link for themselves.
  const forWhom = reader.kind === 'token' && isCalledLike(reader.endUser, endUser) ? reader.endUser : endUser;
  const reach = reachOf(reader, connectors);
  if (!manages(reader, forWhom.workspace) && !(isThem(reader, forWhom) && reach !== 'beyond'))
    return expect(refusals, made.text).toContain(made.status);
  expect(made.status, made.text).toBe(201);
  const link = keepLink(world, made.body, { endUser: forWhom, connectors: reach === 'beyond' ? undefined : reach });
  did(world, 'link');
  if (opens) await openIn(world, pickBrowser(world, opens), link);
}

/** Has a link that was made known, with its address. */
export function keepLink(
  { marks, made }: World,
  body: Readonly<Record<string, unknown>>,
  facts: Pick<Link, 'endUser' | 'connectors' | 'waiting'>,
): Link {
  const path = new URL(String(body['url'])).pathname;
  const link = { id: String(body['id']), path, isOpened: false, ...facts };
  made.links.push(link);
  marks.know(link.id, { of: 'credential', endUser: facts.endUser });
  marks.know(path.slice('/link/'.length), { of: 'address', link });
  return link;
}

function isThem(reader: Reader, endUser: EndUser): boolean {
  return reader.kind === 'token' && !reader.isOver && reader.endUser === endUser;
}

function isCalledLike(one: EndUser, other: EndUser): boolean {
  return one.externalId === other.externalId;
}

/** What a link is for: what was asked, within what the token is for. */
function reachOf(reader: Reader, wanted: ConnectorId | undefined): ReadonlySet<ConnectorId> | undefined | 'beyond' {
  const own = reader.kind === 'token' ? reader.connectors : undefined;
  if (wanted === undefined) return own;
  return own?.has(wanted) === false ? 'beyond' : new Set([wanted]);
}

/** A browser opens a link: looking at it spends nothing, opening it works once. */
export async function openLink(world: World, wish: StepOf<'open'>): Promise<void> {
  const link = pick(world.made.links, wish.link);
  if (link !== undefined) await openIn(world, pickBrowser(world, wish.browser), link);
}

/** Opens a link in a browser, which acts for its end user from then on. */
export async function openIn(world: World, browser: Browser, link: Link): Promise<void> {
  const before = browser.page;
  browser.page = { kind: 'page', link };
  await visit(world, browser, { path: link.path });
  const opened = await visit(world, browser, { path: link.path, fields: {} });
  const may = !link.isOpened && !link.endUser.isErased;
  expect(opened.status, opened.text).toBe(may ? 303 : opened.status === 404 ? 404 : 410);
  if (!may) browser.page = before;
  link.isOpened = true;
  await visit(world, browser, { path: '/link' });
  did(world, may ? 'open' : 'open again');
}

/** A form of a link's page is sent, sometimes in the name of another link, or for somebody else's account. */
export async function fillForm(world: World, wish: StepOf<'fill'>): Promise<void> {
  const browser = pickBrowser(world, wish.browser, (page) => page.link.waiting === undefined);
  const own = browser.page?.link;
  const named = (wish.link && pick(world.made.links, wish.link)) ?? own;
  const isTheirs = ({ owner }: { readonly owner: unknown }) => own !== undefined && owner === own.endUser;
  const foreign =
    wish.account &&
    pick(
      world.made.accounts.filter((account) => !isTheirs(account)),
      wish.account,
    );
  const opened = openAccount(world);
  const connector = foreign?.connector ?? wish.connector;
  const fields = {
    link: named?.id ?? 'none',
    connector,
    way: 'pat',
    another: 'yes',
    'field.token': opened.token,
    ...(foreign !== undefined && { connection: foreign.id }),
  };
  const sent = await visit(world, browser, { path: '/link/values', fields });
  if (own === undefined || own.endUser.isErased) return expect(refusals, sent.text).toContain(sent.status);
  if (named !== own) expect(sent.status, sent.text).toBe(409);
  const id = await madeBy(world, browser);
  if (id === undefined || world.made.accounts.some((account) => account.id === id)) return;
  expect(named).toBe(own);
  const { endUser: owner, connectors } = own;
  expect(connectors?.has(connector)).not.toBe(false);
  world.made.accounts.push(keepAccount(world, { id, workspace: owner.workspace, connector, owner, opened }));
  did(world, 'fill');
}

/** The connection that the last page of the link in this browser names. */
async function madeBy(world: World, browser: Browser): Promise<string | undefined> {
  const { text } = await visit(world, browser, { path: '/link' });
  const [, id] = /data-connection-made="([^"]+)"/.exec(text) ?? [];
  return id;
}
