import { Readable } from 'node:stream';
import { EgressError } from '../egress.ts';
import type { Head } from './exchange.ts';
import { readTarget, type Target } from '../guard/target.ts';

/** One request of a chain of redirects. */
export interface Hop {
  readonly target: Target;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Buffer | Readable | undefined;
  readonly loopback: boolean;
}

const mostRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const headersForStrangers = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'user-agent']);

/** Where a chain of redirects ended. */
export interface Reached<T> {
  readonly answer: T;
  readonly hop: Hop;
  /** How many redirects were followed. */
  readonly followed: number;
}

/** Sends a request and follows its redirects, each checked again. With a limit of 0 a redirect is an answer like any other. */
export async function follow<T extends Head>(
  first: Hop,
  options: { readonly limit: number; readonly send: (hop: Hop) => Promise<T>; readonly discard?: (answer: T) => void },
): Promise<Reached<T>> {
  const limit = Math.min(options.limit, mostRedirects);
  let hop = first;
  for (let followed = 0; ; followed++) {
    const answer = await options.send(hop);
    const location = limit > 0 ? locationOf(answer) : undefined;
    if (location === undefined) return { answer, hop, followed };
    options.discard?.(answer);
    if (followed === limit) throw refusal(`${hop.target.host} redirects more than ${limit} times.`);
    hop = nextHop(hop, { status: answer.status, location });
  }
}

/** The request a redirect asks for (Fetch §4.4), or `refused`. Loopback is never permitted after one (S6). */
export function nextHop(hop: Hop, redirect: { readonly status: number; readonly location: string }): Hop {
  const target = readLocation(redirect.location, hop.target);
  const sameOrigin = target.origin === hop.target.origin;
  if (hop.target.secure && !target.secure)
    throw refusal(`${hop.target.host} redirects from https to http, which Plugboard does not follow.`);
  if (becomesGet(redirect.status, hop.method))
    return {
      target,
      method: 'GET',
      headers: keep(hop.headers, { sameOrigin, body: false }),
      body: undefined,
      loopback: false,
    };
  if (hop.body instanceof Readable)
    throw refusal(`${hop.target.host} redirects a ${hop.method} whose body is sent once.`);
  const repeatable = (hop.method === 'GET' || hop.method === 'HEAD') && hop.body === undefined;
  if (!sameOrigin && !repeatable)
    throw refusal(
      `${hop.target.host} redirects a ${hop.method} to ${target.host}, and a request with a body stays with its origin.`,
    );
  return { ...hop, target, headers: keep(hop.headers, { sameOrigin, body: true }), loopback: false };
}

function locationOf(answer: Head): string | undefined {
  if (!redirectStatuses.has(answer.status)) return undefined;
  const { location } = answer.headers;
  return typeof location === 'string' ? location : location?.[0];
}

function readLocation(location: string, base: Target): Target {
  const url = URL.parse(location, base.href);
  if (url === null) throw refusal(`${base.host} redirects to an address that is not a valid URL.`);
  try {
    return readTarget(url.href);
  } catch (cause) {
    if (!(cause instanceof EgressError)) throw cause;
    throw refusal(`${base.host} redirects to an address that cannot be followed: ${cause.message}`, cause);
  }
}

function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

/** Strangers are told nothing a caller may have meant for the first origin alone. */
function keep(headers: readonly string[], to: { readonly sameOrigin: boolean; readonly body: boolean }): string[] {
  return headers.filter((_, index) => {
    const name = (headers[index - (index % 2)] ?? '').toLowerCase();
    if (!to.body && name.startsWith('content-')) return false;
    return to.sameOrigin || headersForStrangers.has(name);
  });
}

function refusal(message: string, cause?: unknown): EgressError {
  return new EgressError('refused', message, { sent: true, cause });
}
