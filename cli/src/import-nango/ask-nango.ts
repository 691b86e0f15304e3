import { setTimeout as sleep } from 'node:timers/promises';
import { Failed } from '../show-error.ts';

/** Nango as it is asked; the secret key goes to this origin and nowhere else. */
export interface NangoTarget {
  readonly url: string;
  readonly secretKey: string;
  readonly signal: AbortSignal;
}

/** What Nango answered in the end. */
export interface NangoAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Nango cannot be asked any further: it does not answer, or not like Nango. */
export function nangoAway(message: string): Failed {
  return new Failed(message);
}

const mostTries = 6;
/** A limit is waited for more often than a fault: it ends by itself. */
const mostWaits = 30;
const timeoutMs = 60_000;
const firstPauseMs = 500;
const longestPauseMs = 600_000;

/**
 * Asks until there is an answer that is not "later" (429) and no passing fault, as long as Nango says or with back-off. Throws
 * `Failed` where there is none, and what the signal says where it was told to stop.
 */
export async function askNango(target: NangoTarget, path: string): Promise<NangoAnswer> {
  let faults = 0;
  for (let waits = 0; ; waits += 1) {
    const answer = await attempt(target, path);
    if (answer !== undefined && !isPassing(answer.status)) return answer.read();
    faults += answer?.status === 429 ? 0 : 1;
    if (faults >= mostTries || waits >= mostWaits) throw nangoAway(whyNot(target, answer?.status));
    await sleep(pauseBefore(faults, answer?.retryAfter), undefined, { signal: target.signal });
  }
}

interface Attempt {
  readonly status: number;
  readonly retryAfter: string | null;
  read(): Promise<NangoAnswer>;
}

/** `undefined` where nothing answered. Nobody is followed elsewhere with the secret key. */
async function attempt({ url, secretKey, signal }: NangoTarget, path: string): Promise<Attempt | undefined> {
  signal.throwIfAborted();
  try {
    const response = await fetch(`${url}${path}`, {
      headers: { accept: 'application/json', authorization: `Bearer ${secretKey}` },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await response.text();
    const { status, headers } = response;
    return { status, retryAfter: headers.get('retry-after'), read: async () => ({ status, body: parse(text) }) };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPassing(status: number): boolean {
  return status === 429 || (status >= 500 && status <= 504);
}

/** Seconds or a date (RFC 9110 §10.2.3); else longer each time. */
function pauseBefore(faults: number, retryAfter: string | null | undefined): number {
  const seconds = /^\d{1,6}$/.test(retryAfter?.trim() ?? '') ? Number(retryAfter) : undefined;
  const date = seconds === undefined ? Date.parse(retryAfter ?? '') : Number.NaN;
  const asked = seconds === undefined ? date - Date.now() : seconds * 1_000;
  const pause = Number.isNaN(asked) ? firstPauseMs * 2 ** faults : Math.max(asked, 0);
  return Math.min(pause, longestPauseMs) * (1 + Math.random() / 4);
}

function whyNot({ url }: NangoTarget, status: number | undefined): string {
  const { host } = new URL(url);
  if (status === undefined) return `Nango does not answer at ${host}. Is the address right?`;
  return status === 429
    ? `Nango at ${host} asks to be left alone for too long. Go on later with --resume.`
    : `Nango at ${host} answers with ${status} again and again. Go on later with --resume.`;
}
