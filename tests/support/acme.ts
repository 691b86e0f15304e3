import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { browse, type Browsing, type Shown } from './browsing.ts';
import { catalogFolder } from './catalog-folder.ts';
import { idIn } from './connect.ts';
import type { DatabaseConfig } from './databases.ts';
import { type OidcOptions, type OidcServer, startOidc } from './oidc.ts';
import { addPerson, type Person } from './people.ts';
import { type ApiAnswer, type Plugboard, type PlugboardOptions, startPlugboard } from './plugboard.ts';
import type { Role } from '../../server/src/access/caller.ts';

export const ours = 'http://localhost:7400';
export const callback = `${ours}/api/v1/connections/oauth/callback`;

/** A connector of the operator's that is signed in to at a real authorization server. */
export function acmeManifest({ endpoints, issuer }: OidcServer): string {
  return `
schema: 1
id: acme
name: Acme
version: 1.0.0
description: Tells who is signed in, at an authorization server of its own.
category: testing
auth_mode: byo_oauth
brand_color: '#000000'
fields:
  - { key: client_id, label: Client ID, required: false }
  - { key: client_secret, label: Client secret, required: false, secret: true }
oauth:
  authorization_url: ${endpoints.authorization}
  token_url: ${endpoints.token}
  revocation_url: ${endpoints.revocation}
  device_authorization_url: ${endpoints.device}
  issuer: ${issuer}
  scopes: [openid, read]
  identity: { url: '${endpoints.userinfo}', path: sub }
http:
  base_url: ${issuer}
tools:
  - name: whoami
    label: Who am I
    description: Tells whose token it is.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /me }
`;
}

/** Plugboard with Acme in its catalog, and Acme's authorization server. */
export interface Acme {
  readonly plugboard: Plugboard;
  readonly oidc: OidcServer;
  /** Somebody signed in: over HTTP, and in a browser of theirs. */
  person(role?: Role): Promise<Visitor>;
  /** Another browser in which nobody is signed in. */
  browser(): Browsing;
}

/** Somebody who is signed in here. */
export interface Visitor extends Person {
  readonly browser: Browsing;
  /** Asks with a session of theirs. */
  call(operation: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
}

export interface AcmeOptions {
  readonly oidc?: OidcOptions;
  /** Whether the operator has set up a client. Default: true. */
  readonly hasClient?: boolean;
  readonly plugboard?: PlugboardOptions;
}

/** Called in a block: what starts both there, in a hook, with `oidc.stop` for after it. */
export function useAcme(): (database: DatabaseConfig, options?: AcmeOptions) => Promise<Acme> {
  const folder = catalogFolder({ acme: '' });
  return async (database, { oidc: wish, hasClient = true, plugboard: others } = {}) => {
    const oidc = await startOidc({ redirectUris: [callback], ...wish });
    writeFileSync(join(folder, 'acme/connector.yaml'), acmeManifest(oidc));
    const { clientId, clientSecret } = oidc.client;
    const oauthApps = new Map(hasClient ? [['acme', { clientId, clientSecret: new Secret(clientSecret) }]] : []);
    const plugboard = await startPlugboard(database, { catalogDirs: [folder], oauthApps, ...others });
    return {
      plugboard,
      oidc,
      browser: () => browse(plugboard),
      person: async (role = 'MEMBER') => visitor(plugboard, await addPerson(plugboard, role)),
    };
  };
}

async function visitor(plugboard: Plugboard, person: Person): Promise<Visitor> {
  const browser = browse(plugboard);
  for (const cookie of (await person.browse(ours)).split('; ')) browser.put(cookie);
  const call: Visitor['call'] = (operation, body, headers = {}) =>
    plugboard.call(operation, { key: person.token, headers, ...(body === undefined ? {} : { body }) });
  return { ...person, browser, call };
}

/** A sign-in that was begun: the connection, and the address to open. */
export interface BegunSignIn {
  readonly id: string;
  readonly oauthUrl: string;
}

/** Starts a connection to Acme as a person. */
export async function begin({ call }: Pick<Visitor, 'call'>, label = 'Mine'): Promise<BegunSignIn> {
  const answer = await call('POST /api/v1/connections', { connectorSlug: 'acme', label });
  expect(answer.status, answer.text).toBe(201);
  return { id: idIn(answer.body['connection']), oauthUrl: String(answer.body['oauthUrl']) };
}

/** The path and query of an address of ours. */
export function pathOf(address: string | URL | undefined): string {
  const url = new URL(String(address), ours);
  expect(url.origin).toBe(ours);
  return `${url.pathname}${url.search}`;
}

/** Signs in at the provider and comes back with this browser; where that leads. */
export async function goThrough(
  { oidc }: Pick<Acme, 'oidc'>,
  { browser, oauthUrl, as = 'ann' }: { browser: Browsing; oauthUrl: string; as?: string },
): Promise<Shown> {
  const back = await oidc.signIn(oauthUrl, as);
  const shown = await browser.open(pathOf(back));
  return shown.to === undefined ? shown : browser.open(shown.to);
}

/** Says on the page that it is the account. */
export async function confirm(browser: Browsing, page: Shown, accept: 'yes' | 'no' = 'yes'): Promise<Shown> {
  const action = /action="([^"]+\/confirm)"/.exec(page.text)?.[1];
  if (action === undefined) throw new Error(`The page asks nothing: ${page.status} ${page.text}`);
  return browser.send(action, { accept });
}

/** Signs somebody in to a new connection, from the start to the end. */
export async function connectAcme(acme: Acme, visitor: Visitor, wish: { label?: string; as?: string } = {}) {
  const { id, oauthUrl } = await begin(visitor, wish.label);
  const page = await goThrough(acme, { browser: visitor.browser, oauthUrl, ...(wish.as && { as: wish.as }) });
  const closing = await confirm(visitor.browser, page);
  expect(closing.status, closing.text).toBe(200);
  return id;
}

/** Agrees on the page that asks first; the address of the provider it leads on to. */
export async function agree(browser: Browsing, path: string): Promise<string> {
  const sent = await browser.send(path, {});
  expect(sent.status, sent.text).toBe(200);
  const href = /<a href="([^"]+)"/.exec(sent.text)?.[1] ?? '';
  return href.replaceAll(/&(?:amp|#38);/g, '&');
}
