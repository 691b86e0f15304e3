import { lstatSync, readlinkSync } from 'node:fs';
import { isInside } from './is-inside.ts';
import type { Identity, Isolation } from './isolation.ts';
import { type Limits, limited } from './limits.ts';
import { systemCallFilter } from './system-call-filter.ts';

/** A program that was found, and what it is to see of the machine. */
export interface Plan {
  /** The file, then its arguments. */
  readonly command: readonly string[];
  /** Files and folders that it needs besides those of the system; it may read them. */
  readonly reads: readonly string[];
  readonly folder: { readonly path: string; readonly access: 'read' | 'read-write' } | undefined;
  readonly network: 'none' | 'host';
  /** What it never sees, wherever it lies: our data and keys. */
  readonly hidden: readonly HiddenPath[];
  readonly limits: Limits;
}

/** An absolute path without links in it. */
export interface HiddenPath {
  readonly path: string;
  readonly isFolder: boolean;
}

/** What to spawn, and how. */
export interface Confined {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly as: Identity | undefined;
  /** What it reads from its fourth file (3) before anything else. */
  readonly handed?: Buffer | undefined;
}

/** Where a program finds its folder when it sees nothing else. */
export const folderInside = '/files';

/** A program wrapped into what keeps it away from us. `user` is whose it is where isolation is by users. */
export function confine(isolation: Isolation, plan: Plan, user?: Identity): Confined {
  const inner = limited(plan.command, plan.limits);
  if (isolation.kind === 'bubblewrap') {
    const handed = systemCallFilter();
    const filter = handed === undefined ? [] : ['--seccomp', '3'];
    const args = [...sandbox(plan), ...filter, '--', ...inner];
    return { file: isolation.file, args, cwd: '/', as: isolation.as, handed };
  }
  const orphaned = ['--pdeathsig', 'KILL', '--no-new-privs', '--', ...inner];
  return { file: 'setpriv', args: orphaned, cwd: plan.folder?.path ?? '/', as: user };
}

/** The arguments of bwrap(1), 0.8 or newer: of the machine only the system's programs, read-only, and what the plan names. */
function sandbox({ reads, folder, network, hidden, limits }: Plan): string[] {
  const system = systemFolders();
  const mounted = ['/usr', ...system.mounted, ...reads, ...(folder ? [folder.path] : [])];
  const scratch = String(limits.scratch);
  return [
    ['--unshare-all', '--unshare-user', '--disable-userns', ...(network === 'host' ? ['--share-net'] : [])],
    ['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--hostname', 'local'],
    [
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      '--size',
      scratch,
      '--tmpfs',
      '/dev/shm',
      '--size',
      scratch,
      '--tmpfs',
      '/tmp',
    ],
    ['--ro-bind', '/usr', '/usr', ...system.args],
    [...systemFiles, ...(network === 'host' ? networkFiles : [])].flatMap((file) => ['--ro-bind-try', file, file]),
    reads.flatMap((path) => ['--ro-bind', path, path]),
    folder ? [folder.access === 'read' ? '--ro-bind' : '--bind', folder.path, folderInside] : [],
    hidden.filter(({ path }) => mounted.some((place) => isInside(place, path))).flatMap(cover),
    ['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', folder ? folderInside : '/tmp'],
  ].flat();
}

/** Folders beside /usr that programs are looked for in: links into it on most machines. */
function systemFolders(): { readonly args: string[]; readonly mounted: string[] } {
  const there = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap((path) => {
    const about = lstatSync(path, { throwIfNoEntry: false });
    return about === undefined ? [] : [{ path, isLink: about.isSymbolicLink() }];
  });
  return {
    args: there.flatMap(({ path, isLink }) =>
      isLink ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
    ),
    mounted: there.filter(({ isLink }) => !isLink).map(({ path }) => path),
  };
}

/** Of /etc only what holds nobody's secrets. */
const systemFiles = ['/etc/ld.so.cache', '/etc/alternatives', '/etc/localtime', '/etc/ssl/certs', '/etc/pki/tls/certs'];
const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'];

function cover({ path, isFolder }: HiddenPath): string[] {
  return isFolder ? ['--size', '4096', '--tmpfs', path, '--remount-ro', path] : ['--ro-bind', '/dev/null', path];
}
