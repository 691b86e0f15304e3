import { Client, Pool } from 'undici';
import type { Connected } from '../plugboard/connect-upstreams.ts';
import type { StartedPlugboard } from '../plugboard/start-plugboard.ts';

/** What a scene is played on. */
export interface Stage {
  readonly plugboard: StartedPlugboard;
  readonly adminKey: string;
  readonly connected: Connected;
  readonly upstreams: Readonly<Record<string, string>>;
  /** p99 of how late Plugboard's event loop was since this was asked last, in milliseconds. */
  readonly loopDelay: () => Promise<number>;
}

/** What a scene found out: each figure with its name, and how many answers were wrong. */
export interface Scene {
  readonly title: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly errors: number;
}

export interface Timed {
  readonly ms: number;
  readonly text: string;
  readonly isRight: boolean;
}

/** Reads the issue of a project by the REST call, as an agent does. */
export async function readIssue(
  client: Client | Pool,
  caller: { readonly key: string; readonly connection: string; readonly project: string },
): Promise<Timed> {
  const sentAt = performance.now();
  const { statusCode, body } = await client.request({
    method: 'POST',
    path: `/api/v1/connections/${caller.connection}/tools/get_issue/call`,
    headers: { authorization: `Bearer ${caller.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ arguments: { project: caller.project, issue_iid: 1 } }),
  });
  const text = await body.text();
  const isRight = statusCode === 200 && text.includes(`Echo: ${caller.project}`);
  return { ms: performance.now() - sentAt, text, isRight };
}

/** How many of the answers were wrong. */
export function countWrong(answers: readonly Timed[]): number {
  return answers.filter(({ isRight }) => !isRight).length;
}
