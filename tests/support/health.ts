import { isRecord } from '../../server/src/lib/json.ts';
import { listen, type Listening } from '../emulators/listen.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import type { DatabaseConfig } from './databases.ts';
import { type Plugboard, type PlugboardOptions, startPlugboard } from './plugboard.ts';

/** A GitLab that tells whose token it is, and how often it was asked. */
export interface TellingGitlab extends Listening {
  /** Whose each token is; one that is missing is turned down. */
  readonly tokens: Map<string, string>;
  /** The tokens it was asked about, in order. */
  readonly asked: readonly string[];
  /** Answers everything with this status from now on; without one, as it should. */
  answer(status?: number): void;
}

/** Starts on a free port. */
export async function startTellingGitlab(): Promise<TellingGitlab> {
  const tokens = new Map<string, string>();
  const asked: string[] = [];
  let always: number | undefined;
  const listening = await listen((request, response) => {
    const { 'private-token': own, authorization } = request.headers;
    const token = String(own ?? authorization?.replace('Bearer ', ''));
    if (request.url?.endsWith('/user')) asked.push(token);
    const username = tokens.get(token);
    response.writeHead(always ?? (username === undefined ? 401 : 200), { 'content-type': 'application/json' });
    response.end(JSON.stringify(username === undefined ? { message: '401 Unauthorized' } : { id: 1, username }));
  });
  return { ...listening, tokens, asked, answer: (status) => void (always = status) };
}

/** What was told of a connection, the oldest first. */
export async function toldOf({ call }: Pick<Plugboard, 'call'>, id: string): Promise<readonly string[]> {
  const { data } = (await call(`GET /api/v1/events?subject=connection:${id}&limit=100`)).body;
  const events = Array.isArray(data) ? data.filter(isRecord) : [];
  return events.map((event) => String(event['type'])).toReversed();
}

/** Another process on the same database where that can be, else the same one. */
export function startPeer(
  plugboard: Plugboard,
  database: DatabaseConfig,
  options: PlugboardOptions,
): Promise<Plugboard> | Plugboard {
  if (database.databaseUrl === undefined) return plugboard;
  return startPlugboard(database, { ...options, adminKey: new Secret(plugboard.adminKey) });
}
