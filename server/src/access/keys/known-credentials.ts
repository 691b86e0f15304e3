import type { Clock } from '../../lib/clock.ts';
import { sha256 } from '../../lib/digest.ts';
import type { Identity } from '../access.ts';
import type { Caller } from '../caller.ts';
import type { Generations } from '../generations.ts';

/** A verified credential, ready for use: the caller it stands for. */
export interface KnownCredential {
  readonly identity: Identity;
  readonly caller: Caller;
  readonly workspaceSlug: string;
  /** Milliseconds since the epoch, or infinity. */
  readonly expiresAt: number;
  /** The workspace's when it was read: it counts no longer than that one does (R6). */
  readonly generation: number;
}

export interface KnownCredentials {
  /** The credential with this text, or `undefined` where it is unknown, was ended, or is over. */
  find(text: string): Promise<KnownCredential | undefined>;
}

/** A credential as it is sent, and the SHA-256 by which it is kept. */
export interface SentCredential {
  readonly text: string;
  readonly hash: string;
}

interface Parts {
  readonly generations: Generations;
  readonly clock: Clock;
  /** Reads one that is not kept; `undefined` where there is none. */
  readonly load: (sent: SentCredential) => Promise<KnownCredential | undefined>;
}

const keptKnown = 10_000;
const keptUnknown = 1_000;
const unknownForMs = 1_000;

/** Verified credentials in memory, each under the generation of its workspace: no query while nothing changed (R6). */
export function createKnownCredentials({ generations, clock, load }: Parts): KnownCredentials {
  const known = new Map<string, KnownCredential>();
  const unknown = new Map<string, number>();

  async function stillHolds({ caller: { workspaceId }, generation }: KnownCredential): Promise<boolean> {
    return generation === (generations.confirmed(workspaceId) ?? (await generations.confirm(workspaceId)));
  }

  async function loadAnew(sent: SentCredential): Promise<KnownCredential | undefined> {
    if ((unknown.get(sent.hash) ?? 0) > clock.now()) return undefined;
    const found = await load(sent);
    if (found === undefined) keep(unknown, { key: sent.hash, value: clock.now() + unknownForMs, most: keptUnknown });
    else keep(known, { key: sent.hash, value: found, most: keptKnown });
    return found;
  }

  return {
    async find(text) {
      const hash = sha256(text);
      const kept = known.get(hash);
      if (kept !== undefined && (await stillHolds(kept))) return inForce(kept, clock.now());
      known.delete(hash);
      const found = await loadAnew({ text, hash });
      return found && inForce(found, clock.now());
    },
  };
}

function inForce(credential: KnownCredential, now: number): KnownCredential | undefined {
  return credential.expiresAt > now ? credential : undefined;
}

/** Keeps an entry, forgetting the oldest ones over the limit. */
function keep<Value>(entries: Map<string, Value>, entry: { key: string; value: Value; most: number }): void {
  entries.delete(entry.key);
  entries.set(entry.key, entry.value);
  for (const oldest of entries.keys()) {
    if (entries.size <= entry.most) return;
    entries.delete(oldest);
  }
}
