import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import { listen, type Listening } from './listen.ts';
import { misbehave, type Misbehaviour, send } from './misbehaviour.ts';
import { answerGitlab } from './gitlab/answer.ts';
import type { LedgerEntry } from './gitlab/ledger.ts';
import { type GitlabState, newGitlabState } from './gitlab/state.ts';

/** A GitLab (API v4) with users, projects, issues, notes and merge requests that remembers what was done to it. */
export interface GitlabEmulator extends Listening {
  readonly ledger: readonly LedgerEntry[];
  readonly state: GitlabState;
  /** The next requests are met with these, one each. */
  next(...misbehaviours: Misbehaviour[]): void;
  /** Takes one more access token as valid. */
  allow(token: string): void;
  /** Requests of a method whose path holds this text. */
  requests(method: string, part?: string): readonly LedgerEntry[];
}

/** Starts on a free port. Its address is what `base_url` of the connector is set to. */
export async function startGitlab(): Promise<GitlabEmulator> {
  const state = newGitlabState();
  const ledger: LedgerEntry[] = [];
  const queue: Misbehaviour[] = [];
  const listening = await listen((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = { ...(await readRequest(request)), status: 0 };
    ledger.push(entry);
    response.on('finish', () => {
      entry.status = response.statusCode;
    });
    const how = queue.shift();
    if (how === 'reset_after_work') answerGitlab(state, entry);
    if (how !== undefined) return misbehave(how, request, response);
    send(response, answerGitlab(state, entry));
  }

  return {
    ...listening,
    ledger,
    state,
    allow: (token) => void state.tokens.add(token),
    next: (...misbehaviours) => void queue.push(...misbehaviours),
    requests: (method, part = '') => ledger.filter((entry) => entry.method === method && entry.path.includes(part)),
  };
}

async function readRequest(request: IncomingMessage): Promise<Omit<LedgerEntry, 'status'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const json = parseJson(text);
  const body = isRecord(json) ? json : text;
  return { method: request.method ?? '', path: request.url ?? '', headers, body };
}
