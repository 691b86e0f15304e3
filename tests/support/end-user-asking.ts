import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { browse, type Browsing } from './browsing.ts';
import { connectGitlab } from './connect.ts';
import type { DatabaseConfig } from './databases.ts';
import { type ListeningPlugboard, startListening } from './listening.ts';
import { addPerson, type Person } from './people.ts';
import type { ApiAnswer, PlugboardOptions } from './plugboard.ts';

/** An end user of the app, with a connection of their own to GitLab and a token that their agent calls with. */
export interface AppUser {
  /** As the app calls them. */
  readonly id: string;
  readonly token: string;
  readonly connection: string;
}

export interface EndUserCall {
  /** Default: theirs. */
  readonly connection?: string;
  /** Default: their token. */
  readonly key?: string;
  readonly query?: string;
}

/** An app on an instance: its key, its key for deciding, and what its end users ask for and decide. */
export interface EndUserAsking {
  readonly plugboard: ListeningPlugboard;
  readonly gitlab: GitlabEmulator;
  readonly owner: Person;
  readonly app: string;
  readonly decider: string;
  /** Of the workspace. */
  addUser(id: string): Promise<AppUser>;
  /** Another token of one, with these connections named. */
  mintToken(id: string, wish?: { readonly connections?: readonly string[]; readonly by?: string }): Promise<string>;
  /** Arguments nobody has used yet. */
  newIssue(): { project: string; title: string };
  call(user: AppUser, args: object, wish?: EndUserCall): Promise<ApiAnswer>;
  /** The id of the approval that such a call waits for. */
  ask(user: AppUser, args?: object, wish?: EndUserCall): Promise<string>;
  /** As the app's key for deciding, naming this end user. */
  decide(id: string, user: Pick<AppUser, 'id'>, verb?: 'approve' | 'decline'): Promise<ApiAnswer>;
  post(path: string, key: string, body?: object): Promise<ApiAnswer>;
  see(id: string, key?: string): Promise<ApiAnswer>;
  /** The address of a link to the page of an approval. */
  link(id: string, body?: object): Promise<string>;
  /** How often an issue of this title was sent. */
  sent(title: string): number;
}

/** Starts all of it on a database. Both keys are made by a person who is signed in. */
export async function startEndUserAsking(
  database: DatabaseConfig,
  options: PlugboardOptions = {},
): Promise<EndUserAsking> {
  const gitlab = await startGitlab();
  const plugboard = await startListening(database, options);
  const owner = await addPerson(plugboard, 'OWNER');
  const app = await plugboard.mint({ by: owner.token, kind: 'app' });
  const decider = await plugboard.mint({ by: owner.token, kind: 'app', scopes: ['approvals:decide'] });
  const post: EndUserAsking['post'] = (path, key, body) =>
    plugboard.call(`POST ${path}`, { key, ...(body !== undefined && { body }) });
  const mintToken: EndUserAsking['mintToken'] = async (id, { by = app, ...wish } = {}) => {
    const minted = await post('/api/v1/user-tokens', by, { end_user: { id }, ...wish });
    if (minted.status !== 201) throw new Error(`No token was minted: ${minted.text}`);
    return String(minted.body['token']);
  };
  const call: EndUserAsking['call'] = (
    user,
    args,
    { connection = user.connection, key = user.token, query = '' } = {},
  ) => post(`/api/v1/connections/${connection}/tools/create_issue/call${query}`, key, { arguments: args });
  let count = 0;
  const newIssue = () => ({ project: 'acme/api', title: `For an end user ${(count += 1)}.` });
  return {
    plugboard,
    gitlab,
    owner,
    app,
    decider,
    mintToken,
    newIssue,
    call,
    post,
    async addUser(id) {
      const token = await mintToken(id);
      return { id, token, connection: await connectGitlab(plugboard, gitlab.url, { key: token }) };
    },
    async ask(user, args = newIssue(), wish = {}) {
      const asked = await call(user, args, wish);
      if (asked.status !== 202) throw new Error(`It does not wait: ${asked.text}`);
      return String(asked.body['approval_id']);
    },
    decide: (id, user, verb = 'approve') =>
      post(`/api/v1/approvals/${id}/${verb}`, decider, { decided_by: { id: user.id } }),
    see: (id, key = decider) => plugboard.call(`GET /api/v1/approvals/${id}`, { key }),
    async link(id, body) {
      const made = await post(`/api/v1/approvals/${id}/link`, decider, body);
      if (made.status !== 201) throw new Error(`No link was made: ${made.text}`);
      return String(made.body['url']);
    },
    sent: (title) =>
      gitlab.requests('POST', '/issues').filter(({ body }) => JSON.stringify(body).includes(title)).length,
  };
}

/** A browser that opened the link of the app to the page of this approval. */
export async function openApproval(asking: EndUserAsking, id: string, body?: object): Promise<Browsing> {
  const browser = browse(asking.plugboard);
  await openLinkIn(browser, await asking.link(id, body));
  return browser;
}

/** Opens a link in a browser that may know something already, with the button of its page, and answers where that led. */
export async function openLinkIn(browser: Browsing, url: string): Promise<string | undefined> {
  const { pathname } = new URL(url);
  await browser.open(pathname);
  const opened = await browser.send(pathname, {});
  if (opened.to !== '/link') throw new Error(`The link is closed: ${opened.text}`);
  return (await browser.open('/link')).to;
}
