import { PlugboardError } from '../../sdk/src/index.ts';
import type { Environment } from './command.ts';
import { type ConnectOptions, findTarget } from './connect.ts';

/** A request whose answer comes piece by piece. */
export interface StreamRequest {
  readonly method: 'GET' | 'POST';
  /** With its query: `/api/v1/events/export?from=…` */
  readonly path: string;
  readonly accept: string;
  readonly body?: unknown;
}

/** Opens an answer of any length as a stream of bytes. Rejects with `PlugboardError` where it is none. */
export async function openStream(
  env: Environment,
  options: ConnectOptions,
  { method, path, accept, body }: StreamRequest,
): Promise<ReadableStream<Uint8Array>> {
  const { url, key } = findTarget(env, options);
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const asked = fetch(`${url}${path}`, {
    method,
    headers: { accept, authorization: `Bearer ${key}`, ...json },
    body: body === undefined ? null : JSON.stringify(body),
    redirect: 'manual',
  });
  const response = await asked.catch((cause: unknown) => {
    throw new PlugboardError(`Nothing answers at ${url}.`, { code: 'UNREACHABLE', cause });
  });
  if (response.ok && response.body) return response.body;
  throw refusal(response.status, await response.text());
}

/** The pieces of a stream that end in this, without it. What comes after the last one is dropped: it was cut off. */
export async function* partsOf(stream: ReadableStream<Uint8Array>, end: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const chunk of stream) {
    const parts = (waiting + decoder.decode(chunk, { stream: true })).split(end);
    waiting = parts.pop() ?? '';
    yield* parts;
  }
}

function refusal(status: number, text: string): PlugboardError {
  const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  if (said === undefined || code === undefined)
    return new PlugboardError(`The answer (${status}) does not look like Plugboard's. Is the address right?`, {
      code: 'UNEXPECTED_ANSWER',
      status,
    });
  return new PlugboardError(JSON.parse(`"${said}"`), { code, status });
}
