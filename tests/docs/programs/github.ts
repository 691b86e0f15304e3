import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { isRecord } from '../../../server/src/lib/json.ts';
import { listen, type Listening } from '../../emulators/listen.ts';

/** As much of GitHub's API as the first steps of the documentation call. */
export interface Github extends Listening {
  /** The titles of the issues of octocat/hello-world. */
  readonly titles: readonly string[];
}

/** Starts one that knows this token. */
export async function startGithub(token: string): Promise<Github> {
  const titles = ['Login button is grey'];
  const listening = await listen((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://github');
    if (request.headers.authorization !== `Bearer ${token}`) return send(response, 401, { message: 'Bad credentials' });
    if (pathname === '/user') return send(response, 200, { login: 'octocat' });
    if (pathname !== '/repos/octocat/hello-world/issues') return send(response, 404, { message: 'Not Found' });
    if (request.method !== 'POST') return send(response, 200, titles.map(issueOf));
    const body = await json(request);
    titles.push(isRecord(body) ? String(body['title']) : '');
    return send(response, 201, issueOf(titles.at(-1) ?? '', titles.length - 1));
  }

  return { ...listening, titles };
}

function issueOf(title: string, at: number): object {
  return { number: at + 1, title, state: 'open', html_url: `https://github.com/octocat/hello-world/issues/${at + 1}` };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
