import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { startWebhookReceiver, type WebhookReceiver } from '../emulators/webhook-receiver.ts';
import type { Browsing } from '../support/browsing.ts';
import { idIn } from '../support/connect.ts';
import type { DatabaseConfig } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { newSigner, registerKeys, type Signer } from '../support/signer.ts';
import { createMarks, type Marks, newText } from './marks.ts';
import type { Connection, EndUser, Link, Page, Staff, TokenHolder, Waiting } from './model.ts';
import type { Provider } from './provider.ts';

/** A workspace with a person, keys, a webhook, keys of its app that sign, and a connection of its own. */
export interface Place {
  readonly id: string;
  readonly staff: Readonly<Record<Staff['kind'], Staff>>;
  readonly signer: Signer;
  readonly keySet: string;
  readonly webhook: string;
  readonly shared: Connection;
}

/** A browser, and the link that it opened last. */
export interface Browser extends Browsing {
  page: Page | undefined;
}

/** What a history made so far. */
export interface Made {
  readonly endUsers: EndUser[];
  readonly connections: Connection[];
  readonly tokens: TokenHolder[];
  readonly links: Link[];
  readonly waiting: Waiting[];
  readonly browsers: Browser[];
  /** What sets the end users of this history apart from those of others. */
  readonly history: string;
}

/** Several workspaces on one instance, with everything that was ever made in them marked as somebody's. */
export interface World {
  readonly plugboard: Plugboard;
  readonly provider: Provider;
  readonly receiver: WebhookReceiver;
  readonly marks: Marks;
  readonly places: readonly Place[];
  /** How many came with a credential that does not hold: each from an address of its own, because they are counted by it. */
  strangers: number;
  /** How much of what webhooks were told was looked at. */
  heard: number;
  /** How often something was done that is allowed: histories of refusals alone would prove little. */
  done: number;
  made: Made;
}

type Start = Pick<World, 'plugboard' | 'provider' | 'receiver' | 'marks'>;

/** Starts a world with three workspaces. The provider is there before it, because its connectors are in the catalog. */
export async function startWorld(
  database: DatabaseConfig,
  { provider, catalog }: { readonly provider: Provider; readonly catalog: string },
): Promise<World> {
  const plugboard = await startPlugboard(database, { catalogDirs: [catalog], trustProxy: ['127.0.0.1'] });
  const start = { plugboard, provider, receiver: await startWebhookReceiver(), marks: createMarks() };
  const places: Place[] = [];
  const owner = await signInOwner(plugboard);
  for (const slug of ['default', 'second', 'third']) places.push(await openPlace(start, owner, slug));
  return { ...start, places, done: 0, strangers: 0, heard: 0, made: nothingMade(places) };
}

/** What there is before the first step: the connections of the workspaces. */
export function nothingMade(places: readonly Place[]): Made {
  const connections = places.map(({ shared }) => shared);
  const history = randomBytes(4).toString('hex');
  return { endUsers: [], connections, tokens: [], links: [], waiting: [], browsers: [], history };
}

/** The workspace with this id. */
export function placeOf({ places }: Pick<World, 'places'>, workspace: string): Place {
  const place = places.find(({ id }) => id === workspace);
  if (place === undefined) throw new Error('There is no such workspace.');
  return place;
}

/** What the provider says of the holder of a token that it takes. */
export interface Opened {
  readonly token: string;
  readonly name: string;
  readonly content: string;
}

/** Has the provider take a token with which nobody else was ever connected. */
export function openAtProvider({ provider, marks }: Pick<World, 'provider' | 'marks'>): Opened {
  const token = marks.write({ of: 'secret' });
  const [name, content] = [newText(), newText()];
  provider.open(token, { name, content });
  return { token, name, content };
}

/** Has a connection, and what the provider says of it, known as its owner's. */
export function keepConnection(
  { marks }: Pick<World, 'marks'>,
  { opened, ...facts }: Omit<Connection, 'isLive' | 'providerToken' | 'content'> & { readonly opened: Opened },
): Connection {
  const connection = { ...facts, providerToken: opened.token, content: opened.content, isLive: true };
  marks.know(facts.id, { of: 'connection', connection });
  marks.know(opened.name, { of: 'identity', connection });
  marks.know(opened.content, { of: 'content', connection });
  return connection;
}

const password = 'correct horse battery';

async function signInOwner({ call }: Plugboard): Promise<string> {
  const owner = { email: 'owner@example.com', password };
  await call('PUT /api/v1/me/sign-in', { body: owner });
  const signedIn = await call('POST /api/auth/sign-in/email', { key: '', body: owner });
  return String(signedIn.body['token']);
}

async function openPlace(start: Start, owner: string, slug: string): Promise<Place> {
  const { marks, plugboard } = start;
  const id = slug === 'default' ? plugboard.workspaceId : await openWorkspace(plugboard, slug);
  marks.know(id, { of: 'place', workspace: id });
  const invite: Plugboard['call'] = (operation, request = {}) =>
    plugboard.call(operation, { key: owner, ...request, headers: { 'x-workspace': id } });
  const { token: key, userId } = await addPerson({ call: invite }, 'ADMIN');
  const shared = await install(start, { id, key });
  const signer = newSigner();
  const registered = await registerKeys(plugboard, [signer], { key, connections: [shared.id] });
  const webhook = await addWebhook(start, key, id);
  for (const own of [userId, webhook, idIn(registered.body)]) marks.know(own, { of: 'workspace', workspace: id });
  return { id, staff: await hire(start, id, key), signer, keySet: idIn(registered.body), webhook, shared };
}

async function openWorkspace({ call }: Plugboard, slug: string): Promise<string> {
  return idIn((await call('POST /api/v1/workspaces', { body: { name: slug, slug } })).body);
}

async function addWebhook({ plugboard, receiver, marks }: Start, key: string, workspace: string): Promise<string> {
  const body = { url: `${receiver.url}/${workspace}`, events: ['*'] };
  const added = await plugboard.call('POST /api/v1/webhooks', { key, body });
  marks.know(String(added.body['secret']), { of: 'secret' });
  return idIn(added.body['webhook']);
}

async function hire({ plugboard, marks }: Start, workspace: string, admin: string): Promise<Place['staff']> {
  const mint = async (wish: Parameters<Plugboard['mint']>[0]) => {
    const key = await plugboard.mint({ by: admin, ...wish });
    marks.know(key, { of: 'secret' });
    return key;
  };
  return {
    admin: { kind: 'admin', workspace, key: admin },
    app: { kind: 'app', workspace, key: await mint({ kind: 'app' }) },
    decider: { kind: 'decider', workspace, key: await mint({ kind: 'app', scopes: ['approvals:decide'] }) },
    agent: { kind: 'agent', workspace, key: await mint({ kind: 'agent' }) },
  };
}

async function install(start: Start, { id, key }: { readonly id: string; readonly key: string }): Promise<Connection> {
  const opened = openAtProvider(start);
  const { call } = start.plugboard;
  const body = { fields: { token: opened.token } };
  const installed = await call(`POST /api/v1/connectors/notes/install?workspace_id=${id}`, { key, body });
  const connection = String(installed.body['integration_id']);
  while ((await call(`GET /api/v1/connections/${connection}`, { key })).body['status'] !== 'connected')
    await setTimeout(20);
  return keepConnection(start, { id: connection, workspace: id, owner: null, opened });
}
