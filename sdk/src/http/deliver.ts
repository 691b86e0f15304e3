import { PlugboardError } from '../plugboard-error.ts';
import type { Ask, Options } from './ask.ts';
import { type Deadline, startDeadline } from './start-deadline.ts';
import { readRefusal } from './read-answer.ts';
import { pauseBeforeRetry } from './pause-before-retry.ts';
import type { Target } from './target.ts';

/** What is sent, the same at every attempt. */
interface Letter {
  readonly address: string;
  readonly init: RequestInit;
  readonly repeatable: boolean;
}

/** How an answer is read. */
type Reader<T> = (response: Response) => Promise<T>;

/**
 * Sends a request, again where that is safe, and reads its answer. Rejects with `PlugboardError`, with `TypeError` for
 * what cannot be sent, or with the reason of the caller's signal.
 */
export async function deliver<T>(target: Target, { ask, options = {} }: Sent, read: Reader<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const deadline = startDeadline(options.timeoutMs ?? target.timeoutMs, options.signal);
  try {
    const letter = await write(target, ask, options);
    return await sendUntilAnswered(target, { letter, deadline, signal: options.signal }, read);
  } finally {
    deadline.lift();
  }
}

/** A request and what its caller said beside it. */
export interface Sent {
  readonly ask: Ask;
  readonly options: Options | undefined;
}

interface Journey {
  readonly letter: Letter;
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
}

async function sendUntilAnswered<T>(target: Target, journey: Journey, read: Reader<T>): Promise<T> {
  const { letter, deadline, signal } = journey;
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt(target, journey, read);
    if (outcome.ok) return outcome.value;
    const failed = { error: outcome.error, tries, retries: target.retries, repeatable: letter.repeatable };
    const pauseMs = letter.init.body instanceof ReadableStream ? undefined : pauseBeforeRetry(failed, Math.random());
    if (pauseMs === undefined || pauseMs >= deadline.left()) throw outcome.error;
    await deadline.pause(pauseMs).catch(() => {
      signal?.throwIfAborted();
      throw outcome.error;
    });
  }
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PlugboardError };

async function attempt<T>(target: Target, { letter, deadline, signal }: Journey, read: Reader<T>): Promise<Outcome<T>> {
  try {
    const response = await target.fetch(letter.address, { ...letter.init, signal: deadline.signal });
    if (!response.ok && !isHandedOn(response)) return { ok: false, error: await readRefusal(response) };
    return { ok: true, value: await read(response) };
  } catch (cause) {
    if (cause instanceof PlugboardError) return { ok: false, error: cause };
    signal?.throwIfAborted();
    return { ok: false, error: deadline.isOver ? tooLate(target, deadline, cause) : noAnswer(target, cause) };
  }
}

/** What a provider answered, with whatever status, is no refusal of ours. */
function isHandedOn({ headers }: Response): boolean {
  return headers.get('x-plugboard-answer') === 'provider';
}

async function write(target: Target, ask: Ask, options: Options): Promise<Letter> {
  const { method, query = {}, body, bytes, repeatable = false } = ask;
  const path = typeof ask.path === 'string' ? ask.path : ask.path();
  if (!path.startsWith('/')) throw new TypeError('The path must begin with a slash.');
  const address = new URL(`${target.url}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) address.searchParams.set(name, String(value));
  const headers = headersOf(ask, options, target.workspace);
  headers.set('authorization', `Bearer ${await target.key()}`);
  const content = bytes ?? (body === undefined ? null : JSON.stringify(body));
  const half = bytes instanceof ReadableStream ? { duplex: 'half' as const } : {};
  // The key goes where it was told to go and nowhere else.
  const init: RequestInit = { method, headers, body: content, redirect: 'manual', ...half };
  const isRead = method === 'GET' || method === 'HEAD';
  return { address: address.href, init, repeatable: isRead || repeatable };
}

function headersOf(ask: Ask, options: Options, defaultWorkspace: string | undefined): Headers {
  const headers = new Headers(ask.headers);
  const workspace = options.workspace ?? defaultWorkspace;
  headers.set('accept', ask.accept ?? 'application/json');
  if (ask.body !== undefined) headers.set('content-type', 'application/json');
  if (workspace !== undefined) headers.set('x-workspace', workspace);
  if (ask.repeatable === true) headers.set('idempotency-key', options.idempotencyKey ?? randomText());
  return headers;
}

/** 128 random bits. (`crypto.randomUUID` is missing where a page is not served by https.) */
function randomText(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function tooLate({ url }: Target, { allowedMs }: Deadline, cause: unknown): PlugboardError {
  return new PlugboardError(`${url} did not answer within ${allowedMs / 1000} s.`, { code: 'TIMEOUT', cause });
}

function noAnswer({ url }: Target, cause: unknown): PlugboardError {
  const reason = cause instanceof Error && cause.cause instanceof Error && 'code' in cause.cause && cause.cause.code;
  return new PlugboardError(`Nothing answers at ${url} (${reason || 'no connection'}).`, {
    code: 'UNREACHABLE',
    cause,
  });
}
