import { setTimeout } from 'node:timers/promises';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from './connect.ts';
import type { DatabaseConfig } from './databases.ts';
import { type ListeningPlugboard, startListening } from './listening.ts';
import { addPerson, type Person } from './people.ts';
import type { ApiAnswer, PlugboardOptions } from './plugboard.ts';

export interface CallWish {
  /** Default: the agent's. */
  readonly key?: string;
  readonly connection?: string;
  readonly tool?: string;
  readonly headers?: Record<string, string>;
  /** `?wait=0` */
  readonly query?: string;
}

/** A person with a personal connection to GitLab, an agent's key of theirs, and what they say to each other. */
export interface Asking {
  readonly plugboard: ListeningPlugboard;
  readonly gitlab: GitlabEmulator;
  readonly ann: Person;
  readonly agent: string;
  readonly connection: string;
  /** Arguments nobody has used yet. */
  newIssue(): { project: string; title: string };
  /** Calls `create_issue` without waiting for a person. */
  call(args: object, wish?: CallWish): Promise<ApiAnswer>;
  /** The same with the patience of a plain client. */
  callAndWait(args: object, wish?: CallWish): Promise<ApiAnswer>;
  /** The id of the approval that such a call waits for. */
  ask(args: object, wish?: CallWish): Promise<string>;
  /** The id of the approval of this title, as soon as it is there. */
  asked(title: string): Promise<string>;
  decide(id: string, verb?: 'approve' | 'decline', key?: string): Promise<ApiAnswer>;
  see(id: string, key?: string): Promise<ApiAnswer>;
  /** How often an issue of this title was sent. */
  sent(title: string): number;
}

const patient = { prefer: 'wait=45' };

/** Starts all of it on a database. */
export async function startAsking(database: DatabaseConfig, options: PlugboardOptions = {}): Promise<Asking> {
  const gitlab = await startGitlab();
  const plugboard = await startListening(database, options);
  const ann = await addPerson(plugboard, 'MEMBER');
  const connection = await connectGitlab(plugboard, gitlab.url, { key: ann.token });
  const agent = await plugboard.mint({ by: ann.token });
  const call = (args: object, wish: CallWish = {}): Promise<ApiAnswer> => {
    const { key = agent, tool = 'create_issue', headers = {}, query = '' } = wish;
    const path = `/api/v1/connections/${wish.connection ?? connection}/tools/${tool}/call${query}`;
    return plugboard.call(`POST ${path}`, { key, headers, body: { arguments: args } });
  };
  let count = 0;
  return {
    plugboard,
    gitlab,
    ann,
    agent,
    connection,
    call,
    newIssue: () => ({ project: 'acme/api', title: `Asked for ${(count += 1)}` }),
    callAndWait: (args, wish = {}) => call(args, { ...wish, headers: { ...patient, ...wish.headers } }),
    async ask(args, wish) {
      const asked = await call(args, wish);
      if (asked.status !== 202) throw new Error(`It does not wait: ${asked.text}`);
      return String(asked.body['approval_id']);
    },
    asked: (title) => approvalOf(plugboard, ann.token, title),
    decide: (id, verb = 'approve', key = ann.token) => plugboard.call(`POST /api/v1/approvals/${id}/${verb}`, { key }),
    see: (id, key = ann.token) => plugboard.call(`GET /api/v1/approvals/${id}`, { key }),
    sent: (title) =>
      gitlab.requests('POST', '/issues').filter(({ body }) => JSON.stringify(body).includes(title)).length,
  };
}

async function approvalOf({ call }: ListeningPlugboard, key: string, title: string): Promise<string> {
  for (;;) {
    const { data } = (await call('GET /api/v1/approvals?status=pending&limit=5', { key })).body;
    for (const { id } of Array.isArray(data) ? data : []) {
      const seen = await call(`GET /api/v1/approvals/${String(id)}`, { key });
      if (JSON.stringify(seen.body['arguments']).includes(`"${title}"`)) return String(id);
    }
    await setTimeout(20);
  }
}
