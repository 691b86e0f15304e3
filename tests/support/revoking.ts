import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import type { OauthEmulator } from '../emulators/oauth/emulator.ts';
import { type GithubOauth, startGithubOauth } from '../emulators/oauth/github.ts';
import { startGoogleOauth } from '../emulators/oauth/google.ts';
import { type SlackOauth, startSlackOauth } from '../emulators/oauth/slack.ts';
import { walkThrough } from '../emulators/oauth/walk-through.ts';
import { callback, confirm, ours, pathOf } from './acme.ts';
import { type Browsing, browse } from './browsing.ts';
import { idIn } from './connect.ts';
import type { DatabaseConfig } from './databases.ts';
import { emulatedId, oauthCatalog } from './oauth-connector.ts';
import { addPerson, type Person } from './people.ts';
import { type ApiAnswer, type Plugboard, type PlugboardOptions, startPlugboard } from './plugboard.ts';

/** Plugboard, providers that people sign in to, and somebody who is signed in here. */
export interface RevokingWorld {
  readonly plugboard: Plugboard;
  readonly github: GithubOauth;
  readonly google: OauthEmulator;
  readonly slack: SlackOauth;
  readonly person: Person;
  /** Signs the person in to `github`, `google-calendar` or `slack`; answers the id of the connection. */
  signIn(connector: string, label: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts all of it; `providers` are said when the instance is up already. */
export async function startRevokingWorld(
  database: DatabaseConfig,
  { catalogDirs = [], ...options }: PlugboardOptions = {},
): Promise<RevokingWorld> {
  const github = await startGithubOauth({ redirectUri: callback });
  const google = await startGoogleOauth({ redirectUri: callback });
  const slack = await startSlackOauth({ redirectUri: callback });
  const emulators = { github, 'google-calendar': google, slack };
  const urls = Object.fromEntries(Object.entries(emulators).map(([id, { url }]) => [id, url]));
  const apps = Object.entries(emulators).map(([id, { app }]) => [emulatedId(id), secretly(app)] as const);
  const plugboard = await startPlugboard(database, {
    catalogDirs: [oauthCatalog(urls), ...catalogDirs],
    oauthApps: new Map(apps),
    ...options,
  });
  const person = await addPerson(plugboard, 'MEMBER');
  const browser = browse(plugboard);
  for (const cookie of (await person.browse(ours)).split('; ')) browser.put(cookie);
  return {
    plugboard,
    github,
    google,
    slack,
    person,
    signIn: (connector, label) => signIn({ plugboard, person, browser }, emulatedId(connector), label),
    stop: async () => void (await Promise.all([github, google, slack].map((emulator) => emulator.stop()))),
  };
}

function secretly({ clientId, clientSecret }: OauthEmulator['app']) {
  return { clientId, clientSecret: new Secret(clientSecret) };
}

interface SignedIn {
  readonly plugboard: Plugboard;
  readonly person: Person;
  readonly browser: Browsing;
}

async function signIn({ plugboard, person, browser }: SignedIn, connector: string, label: string): Promise<string> {
  const body = { connectorSlug: connector, authMode: 'byo_oauth', label };
  const begun = await plugboard.call('POST /api/v1/connections', { key: person.token, body });
  expect(begun.status, begun.text).toBe(201);
  const arrived = await browser.open(pathOf(await walkThrough(String(begun.body['oauthUrl']))));
  await confirm(browser, arrived.to === undefined ? arrived : await browser.open(arrived.to));
  const id = idIn(begun.body['connection']);
  const { body: record } = await plugboard.call(`GET /api/v1/connections/${id}`, { key: person.token });
  expect(record).toMatchObject({ status: 'connected' });
  return id;
}

type Calling = Pick<Plugboard, 'call'>;

/** A receipt as the API shows it. */
export type ShownReceipt = Readonly<Record<string, unknown>>;

/** Revokes what a filter means and answers the id of the revocation. */
export async function revoke({ call }: Calling, filter: object, key?: string): Promise<string> {
  const as = key === undefined ? {} : { key };
  const answer = await call('POST /api/v1/connections/revoke', { ...as, body: { filter, confirm: true } });
  expect(answer.status, answer.text).toBe(202);
  return String(answer.body['id']);
}

/** How a revocation stands. */
export async function revocationNow(
  { call }: Calling,
  id: string,
): Promise<{ readonly revocation: ShownReceipt; readonly receipts: readonly ShownReceipt[] }> {
  const answer = await call(`GET /api/v1/connections/revocations/${id}?limit=100`);
  expect(answer.status, answer.text).toBe(200);
  const { revocation, data } = answer.body;
  return { revocation: recordIn(revocation), receipts: Array.isArray(data) ? data.map(recordIn) : [] };
}

/** The receipts of a revocation by connection, once it is finished; `meanwhile` is done again and again until then. */
export async function finished(
  plugboard: Calling,
  id: string,
  meanwhile: () => void = () => undefined,
): Promise<ReadonlyMap<string, ShownReceipt>> {
  for (let left = 600; left > 0; left -= 1) {
    const { revocation, receipts } = await revocationNow(plugboard, id);
    if (revocation['status'] === 'finished')
      return new Map(receipts.map((receipt) => [String(receipt['connection_id']), receipt]));
    meanwhile();
    await setTimeout(50);
  }
  throw new Error('The revocation does not come to an end.');
}

/** The revocation that a connection which was deleted by itself was part of. */
export async function revocationOf({ call }: Calling, connectionId: string): Promise<string> {
  const events = await call(`GET /api/v1/events?type=connection.revoked&subject=connection:${connectionId}`);
  return /"revocation":"([^"]+)"/.exec(events.text)?.[1] ?? expect.fail(events.text);
}

/** The kinds of events on record of something, the oldest first. */
export async function eventsOf({ call }: Calling, subject: string): Promise<readonly string[]> {
  const { data } = (await call(`GET /api/v1/events?subject=${subject}&limit=100`)).body;
  return Array.isArray(data) ? data.map(({ type }: { type: string }) => type).toReversed() : [];
}

/** The items of a list of ours. */
export function itemsIn({ body }: ApiAnswer): readonly ShownReceipt[] {
  return Array.isArray(body['data']) ? body['data'].map(recordIn) : [];
}

function recordIn(value: unknown): ShownReceipt {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
