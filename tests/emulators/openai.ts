import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import { listen, type Listening } from './listen.ts';
import { misbehave, type Misbehaviour, send } from './misbehaviour.ts';
import { answerChat, type ChatAnswer } from './openai/answer.ts';
import { type Manner, sendInManner } from './openai/manners.ts';

/** A server that speaks OpenAI's chat completions: it knows keys and models, and counts words as tokens. */
export interface OpenaiEmulator extends Listening {
  /** What `baseUrl` of an agent endpoint is set to. */
  readonly baseUrl: string;
  /** The key it takes, as `Authorization: Bearer …`. */
  readonly key: string;
  readonly ledger: readonly ChatRequest[];
  /** The next requests are met with these, one each. */
  next(...manners: (Manner | Misbehaviour)[]): void;
}

/** One request, in the order of arrival. */
export interface ChatRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether the other side went away before the answer was complete. */
  left: boolean;
}

/** Starts on a free port. It knows the model `small`. */
export async function startOpenai(): Promise<OpenaiEmulator> {
  const key = 'sk-emulated-0123456789';
  const ledger: ChatRequest[] = [];
  const queue: (Manner | Misbehaviour)[] = [];
  const listening = await listen((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = await readRequest(request);
    ledger.push(entry);
    response.on('close', () => (entry.left = !response.writableFinished));
    const how = queue.shift();
    if (how !== undefined && isMisbehaviour(how)) return misbehave(how, request, response);
    const answer = answerChat(entry, key);
    return answer.status === 200 ? converse(response, { entry, answer, manner: how }) : send(response, answer);
  }

  return {
    ...listening,
    baseUrl: `${listening.url}/v1`,
    key,
    ledger,
    next: (...manners) => void queue.push(...manners),
  };
}

interface Conversation {
  readonly entry: ChatRequest;
  readonly answer: ChatAnswer;
  readonly manner: Manner | undefined;
}

function converse(response: ServerResponse, { entry, answer, manner = 'plain' }: Conversation): void {
  const streamed = entry.body['stream'] === true && manner !== 'ignores_stream';
  void sendInManner(response, { text: answer.text, manner, streamed, authorization: entry.headers['authorization'] });
}

const misbehaviours: ReadonlySet<string> = new Set([
  'rate_limit',
  'rate_limit_403',
  'unavailable',
  'bad_gateway',
  'slow',
  'hang',
  'huge',
  'reset',
  'reset_after_work',
  'redirect',
  'echo',
] satisfies Misbehaviour[]);

function isMisbehaviour(how: string): how is Misbehaviour {
  return misbehaviours.has(how);
}

async function readRequest(request: IncomingMessage): Promise<ChatRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const json = parseJson(Buffer.concat(chunks).toString());
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { path: request.url ?? '', headers, body: isRecord(json) ? json : {}, left: false };
}
