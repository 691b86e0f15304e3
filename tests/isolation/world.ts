import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { startWebhookReceiver, type WebhookReceiver } from '../emulators/webhook-receiver.ts';
import { connect, idIn } from '../support/connect.ts';
import type { Browsing } from '../support/browsing.ts';
import type { DatabaseConfig } from '../support/databases.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { newSigner, registerKeys, type Signer } from '../support/signer.ts';
import { createMarks, type Marks, newText } from './marks.ts';
import type { Account, EndUser, Link, Member, Page, Staff, TokenHolder, Waiting } from './model.ts';
import { type ConnectorId, type Provider } from './provider.ts';

/** A workspace with people, keys, a webhook, keys of its app that sign, an account of its own, and one of its member's. */
export interface Place {
  readonly id: string;
  readonly staff: Readonly<Record<Staff['kind'], Staff>>;
  readonly signer: Signer;
  readonly keySet: string;
  readonly shared: Account;
  readonly personal: Account;
  /** The path of its webhook at the receiver. */
  readonly hook: string;
}

/** A browser, and the link that it opened last. */
export interface Browser extends Browsing {
  page: Page | undefined;
}

/** What a sequence of steps made so far. */
export interface Made {
  readonly endUsers: EndUser[];
  readonly accounts: Account[];
  readonly tokens: TokenHolder[];
  readonly links: Link[];
  readonly waiting: Waiting[];
  readonly browsers: Browser[];
  /** What sets the end users of this sequence apart from those of others. */
  readonly sequence: string;
}

/** Several workspaces on one instance, with everything that was ever made in them marked as somebody's. */
export interface World {
  readonly plugboard: Plugboard;
  readonly provider: Provider;
  readonly receiver: WebhookReceiver;
  readonly marks: Marks;
  readonly places: readonly Place[];
  /** What somebody of a workspace wrote into it themselves, whosever it is: `<workspace> <text>`. */
  readonly said: Set<string>;
  /** How often something was done that is allowed: a run of refusals alone would prove little. */
  readonly done: Map<string, number>;
  /** How much of what webhooks were told was looked at. */
  seen: number;
  made: Made;
}

type Calling = Pick<Plugboard, 'call'>;

/** Starts a world with three workspaces. `provider` is there before it, because its connectors are in the catalog. */
export async function startWorld(
  database: DatabaseConfig,
  { provider, catalog }: { readonly provider: Provider; readonly catalog: string },
): Promise<World> {
  const [plugboard, receiver] = await Promise.all([
    startPlugboard(database, { catalogDirs: [catalog] }),
    startWebhookReceiver(),
  ]);
  const start = { plugboard, provider, receiver, marks: createMarks() };
  const places: Place[] = [];
  const owner = await signInOwner(plugboard);
  for (const slug of ['default', 'second', 'third']) places.push(await openPlace(start, owner, slug));
  provider.takeCalls();
  return { ...start, places, said: new Set(), done: new Map(), seen: 0, made: nothingMade(places) };
}

/** What there is before the first step: the workspaces' accounts, and their members'. */
export function nothingMade(places: readonly Place[]): Made {
  const accounts = places.flatMap(({ shared, personal }) => [shared, personal]);
  return {
    endUsers: [],
    accounts,
    tokens: [],
    links: [],
    waiting: [],
    browsers: [],
    sequence: randomBytes(4).toString('hex'),
  };
}

/** The workspace of something. */
export function placeOf({ places }: Pick<World, 'places'>, workspace: string): Place {
  const place = places.find(({ id }) => id === workspace);
  if (place === undefined) throw new Error('There is no such workspace.');
  return place;
}

/** A token that the provider takes, of an account that nobody else has. */
export function openAccount({ provider, marks }: Pick<World, 'provider' | 'marks'>): Opened {
  const token = marks.write({ of: 'secret' });
  const [name, content] = [newText(), newText()];
  provider.open(token, { name, content });
  return { token, name, content };
}

export interface Opened {
  readonly token: string;
  readonly name: string;
  readonly content: string;
}

/** Has an account that was connected, and what the provider says of it, known as its owner's. */
export function keepAccount(
  { marks }: Pick<World, 'marks'>,
  { opened, ...facts }: Omit<Account, 'isLive' | 'providerToken' | 'content'> & { readonly opened: Opened },
): Account {
  const account = { ...facts, providerToken: opened.token, content: opened.content, isLive: true };
  marks.know(facts.id, { of: 'account id', account });
  marks.know(opened.name, { of: 'account', account });
  marks.know(opened.content, { of: 'content', account });
  return account;
}

const password = 'correct horse battery';

async function signInOwner({ call }: Calling): Promise<string> {
  const owner = { email: 'owner@example.com', password };
  await call('PUT /api/v1/me/sign-in', { body: owner });
  const signedIn = await call('POST /api/auth/sign-in/email', { key: '', body: owner });
  return String(signedIn.body['token']);
}

type Start = Pick<World, 'plugboard' | 'provider' | 'receiver' | 'marks'>;

async function openPlace(start: Start, owner: string, slug: string): Promise<Place> {
  const { plugboard, marks } = start;
  const made =
    slug === 'default' ? undefined : await plugboard.call('POST /api/v1/workspaces', { body: { name: slug, slug } });
  const id = made === undefined ? plugboard.workspaceId : String(made.body['id']);
  marks.know(id, { of: 'place', workspace: id });
  const asOwner = { call: inWorkspace(plugboard, owner, id) };
  const [admin, member] = [await addPerson(asOwner, 'ADMIN'), await addPerson(asOwner, 'MEMBER')];
  const staff = await hire(start, { id, admin, member });
  const hook = `/hooks/${slug}`;
  const webhook = { url: start.receiver.url + hook, events: ['*'] };
  const told = await plugboard.call('POST /api/v1/webhooks', { key: admin.token, body: webhook });
  marks.know(String(told.body['secret']), { of: 'secret' });
  marks.know(idIn(told.body['webhook']), { of: 'workspace', workspace: id });
  const shared = await install(start, { id, key: admin.token });
  const signer = newSigner();
  const registered = await registerKeys(plugboard, [signer], { key: admin.token, connections: [shared.id] });
  marks.know(String(registered.body['id']), { of: 'workspace', workspace: id });
  const personal = await connectOwn(start, staff.member);
  return { id, staff, hook, shared, personal, signer, keySet: String(registered.body['id']) };
}

function inWorkspace({ call }: Calling, owner: string, id: string): Plugboard['call'] {
  return (operation, request = {}) =>
    call(operation, { key: owner, ...request, headers: { ...request.headers, 'x-workspace': id } });
}

interface Hired {
  readonly id: string;
  readonly admin: Person;
  readonly member: Person;
}

async function hire({ plugboard, marks }: Start, { id, admin, member }: Hired): Promise<Place['staff']> {
  const mint = async (by: string, wish: Parameters<Plugboard['mint']>[0]) => {
    const key = await plugboard.mint({ by, ...wish });
    marks.know(key, { of: 'secret' });
    return key;
  };
  const [app, decider, agent] = [
    await mint(admin.token, { kind: 'app' }),
    await mint(admin.token, { kind: 'app', scopes: ['approvals:decide'] }),
    await mint(member.token, { kind: 'agent' }),
  ];
  const [ann, bob]: readonly Member[] = [{ workspace: id }, { workspace: id }];
  if (ann === undefined || bob === undefined) throw new Error('Nobody is there.');
  for (const { userId } of [admin, member]) marks.know(userId, { of: 'workspace', workspace: id });
  return {
    admin: { kind: 'admin', workspace: id, key: admin.token, person: ann },
    app: { kind: 'app', workspace: id, key: app, person: ann },
    decider: { kind: 'decider', workspace: id, key: decider, person: ann },
    member: { kind: 'member', workspace: id, key: member.token, person: bob },
    agent: { kind: 'agent', workspace: id, key: agent, person: bob },
  };
}

async function install(start: Start, { id, key }: { readonly id: string; readonly key: string }): Promise<Account> {
  const opened = openAccount(start);
  const connector: ConnectorId = 'notes';
  const { call } = start.plugboard;
  const body = { fields: { token: opened.token } };
  const installed = await call(`POST /api/v1/connectors/${connector}/install?workspace_id=${id}`, { key, body });
  const connection = String(installed.body['integration_id']);
  while ((await call(`GET /api/v1/connections/${connection}`, { key })).body['status'] !== 'connected')
    await setTimeout(20);
  return keepAccount(start, { id: connection, workspace: id, connector, owner: null, opened });
}

async function connectOwn(start: Start, { workspace, key, person }: Staff): Promise<Account> {
  const opened = openAccount(start);
  const connector: ConnectorId = 'diary';
  const id = await connect(start.plugboard, [connector, { token: opened.token }], { key });
  return keepAccount(start, { id, workspace, connector, owner: person, opened });
}
