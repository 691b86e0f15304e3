import { Resolver } from 'node:dns/promises';
import type { Clock } from '../../lib/clock.ts';
import { EgressError } from '../egress.ts';
import { createTurns, type Turns } from '../limits/turns.ts';

/** One address a name server answered. */
export interface DnsAnswer {
  readonly address: string;
  /** Seconds it may be remembered; without it, not at all. */
  readonly ttl?: number;
}

/** Asks a name server for the IPv4 and IPv6 addresses of a name. */
export type DnsLookup = (host: string) => Promise<readonly DnsAnswer[]>;

/** The addresses of a name, asked for on the account of a workspace. Fails with `dns`, or `busy` where it asks too much at once. */
export type ResolveHost = (host: string, workspaceId?: string) => Promise<readonly string[]>;

const longestMemoryMs = 30_000;
const mostRemembered = 1_000;
/** Questions to name servers at once (S24), those of all workspaces together and those of one. */
const questions = { perOrigin: 256, perWorkspace: 32, perWorkspaceAtOrigin: 32, waitingPerWorkspace: 512 };

/** Looks names up one question at a time per name, so many at once per workspace, and remembers answers for their TTL, at most 30 seconds. */
export function createResolveHost(options: {
  readonly lookup: DnsLookup;
  readonly timeoutMs: number;
  readonly clock: Clock;
}): ResolveHost {
  const remembered = new Map<string, { readonly addresses: readonly string[]; readonly until: number }>();
  const asking = new Map<string, Promise<readonly string[]>>();

  const turns = createTurns(questions);

  const ask = async (host: string, workspaceId: string): Promise<readonly string[]> => {
    const answers = await inTurn(turns, { workspaceId, longestMs: options.timeoutMs }, () =>
      lookupInTime(host, options),
    );
    const addresses = answers.map((answer) => answer.address);
    const memoryMs = Math.min(longestMemoryMs, ...answers.map((answer) => (answer.ttl ?? 0) * 1_000));
    remembered.delete(host);
    if (memoryMs > 0) remembered.set(host, { addresses, until: options.clock.now() + memoryMs });
    if (remembered.size > mostRemembered) forgetOldest(remembered);
    return addresses;
  };

  return async (host, workspaceId = '') => {
    const known = remembered.get(host);
    if (known !== undefined && options.clock.now() < known.until) return known.addresses;
    const underWay = asking.get(host);
    if (underWay !== undefined) return underWay;
    const question = ask(host, workspaceId).finally(() => asking.delete(host));
    asking.set(host, question);
    return question;
  };
}

/** Asks the machine's name servers through c-ares; `/etc/hosts` and search domains play no part. */
export function systemLookup(): DnsLookup {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (host) => {
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(host, { ttl: true }),
      resolver.resolve6(host, { ttl: true }),
    ]);
    const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length === 0 && four.status === 'rejected') throw four.reason;
    return found;
  };
}

/** Does the work when the workspace may ask; waits for that no longer than for an answer. */
async function inTurn<T>(
  turns: Turns,
  { workspaceId, longestMs }: { readonly workspaceId: string; readonly longestMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const place = { workspaceId, origin: 'name servers', connectionId: '', mostOfConnection: undefined };
  const taken = turns.tryTake(place) || (await turns.take(place, { longestMs })) === 'taken';
  if (!taken)
    throw new EgressError('busy', 'Too many host names are being looked up at once here. Try again in a moment.');
  try {
    return await work();
  } finally {
    turns.give(place);
  }
}

async function lookupInTime(
  host: string,
  { lookup, timeoutMs }: { readonly lookup: DnsLookup; readonly timeoutMs: number },
): Promise<readonly DnsAnswer[]> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new EgressError('dns', `The name servers did not answer for ${host}.`)),
    timeoutMs,
  );
  try {
    const answers = await Promise.race([lookup(host), late.promise]);
    if (answers.length === 0) throw notFound(host);
    return answers;
  } catch (cause) {
    if (cause instanceof EgressError) throw cause;
    throw notFound(host, cause);
  } finally {
    clearTimeout(timer);
  }
}

function notFound(host: string, cause?: unknown): EgressError {
  return new EgressError('dns', `${host} could not be found. Check the spelling of the host.`, { cause });
}

function forgetOldest(remembered: Map<string, unknown>): void {
  for (const host of remembered.keys()) {
    remembered.delete(host);
    return;
  }
}
