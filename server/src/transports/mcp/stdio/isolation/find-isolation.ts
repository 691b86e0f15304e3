import { text } from 'node:stream/consumers';
import { confine, type Confined, type HiddenPath, type Plan } from './confine.ts';
import { findUsers } from './find-users.ts';
import type { Identity, Isolation } from './isolation.ts';
import { limitsFor } from './limits.ts';
import { spawnChild } from '../exchange/spawn-child.ts';

/** What is known of this machine and of us. */
export interface Surroundings {
  /** `PLUGBOARD_STDIO_USER`. */
  readonly user: string | undefined;
  /** Ours. */
  readonly uid: number;
  readonly hidden: readonly HiddenPath[];
  /** The file of bwrap(1). */
  readonly bubblewrap: string;
}

/** The strongest isolation there is, and what the operator should know of it, as sentences. */
export interface FoundIsolation {
  readonly isolation: Isolation;
  readonly warnings: readonly string[];
}

/**
 * Tries bubblewrap, then other users, by running a program that does nothing. As root, programs never run as root: they get the
 * user named, or `nobody`. Rejects in words where PLUGBOARD_STDIO_USER names nobody, or somebody who can read our data.
 */
export async function findIsolation(surroundings: Surroundings): Promise<FoundIsolation> {
  const { user, uid, bubblewrap: file } = surroundings;
  const isRoot = uid === 0;
  const users = await findUsers(user ?? 'nobody');
  const sandboxed = { kind: 'bubblewrap', file, as: isRoot ? users[0] : undefined } as const;
  const bubblewrap = await tryOut(sandboxed);
  const ignored =
    user !== undefined && !isRoot ? ['PLUGBOARD_STDIO_USER has no effect: only root can become another user.'] : [];
  if (bubblewrap === undefined) return { isolation: sandboxed, warnings: ignored };
  const why = `bubblewrap: ${bubblewrap}`;
  if (!isRoot) return { isolation: { kind: 'none', why }, warnings: [...ignored, alone(why)] };
  await refuseReaders(users, surroundings.hidden);
  const failed = await tryOut({ kind: 'users', users }, users[0]);
  if (failed !== undefined) throw new Error(`PLUGBOARD_STDIO_USER: no program can be run as that user (${failed}).`);
  return { isolation: { kind: 'users', users }, warnings: [asUsers(users.length, why)] };
}

const nothing: Omit<Plan, 'limits'> = { command: ['true'], reads: [], folder: undefined, network: 'none', hidden: [] };

/** Why nothing can be run so; `undefined` where it can. */
async function tryOut(isolation: Isolation, user?: Identity): Promise<string | undefined> {
  return whyNot(confine(isolation, { ...nothing, limits: limitsFor(512) }, user));
}

async function whyNot(confined: Confined): Promise<string | undefined> {
  const child = spawnChild(confined, {});
  child.output.resume();
  const [complaints, ending] = await Promise.all([text(child.complaints).catch(() => ''), child.ended]);
  if (ending === 'ended with code 0') return undefined;
  return complaints.trim().split('\n').at(-1)?.slice(0, 300) || ending;
}

/** Whoever can enter the data folder can read what is in it, or try to. */
async function refuseReaders(users: readonly Identity[], hidden: readonly HiddenPath[]): Promise<void> {
  const ways = ['-r', '-w', '-x'];
  const tries = users.flatMap((as) => hidden.flatMap(({ path }) => ways.map((way) => ({ as, path, way }))));
  for (const { as, path, way } of tries) {
    const isOpen = (await whyNot({ file: 'test', args: [way, path], cwd: '/', as })) === undefined;
    if (isOpen) throw new Error(`PLUGBOARD_STDIO_USER (${as.uid}) can open ${path}. Run: chmod -R go= ${path}`);
  }
}

function alone(why: string): string {
  return `Local servers are not kept apart from Plugboard (${why}): they can read its keys and its data, so they run only while there is a single workspace. Install bubblewrap, or start Plugboard as root with PLUGBOARD_STDIO_USER.`;
}

function asUsers(count: number, why: string): string {
  const others = count > 1 ? '' : ' Give a range of users, or they run only while there is a single workspace.';
  return `Local servers run as other users, with the whole network and what any user may read (${why}).${others}`;
}
