import { spawnSync } from 'node:child_process';
import type { Environment } from '../command.ts';
import { readSetting } from '../settings.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether programs that Plugboard runs (`PLUGBOARD_STDIO=on`) are kept away from its keys and its data on this machine (S4). */
export function checkLocalServers(env: Environment): Finding {
  const { ok, warning } = findingsOf('local servers');
  if (!/^(on|true|1)$/i.test(readSetting(env, 'PLUGBOARD_STDIO') ?? '')) return ok('No programs are run.');
  const why = whyNoSandbox(readSetting(env, 'PLUGBOARD_STDIO_BUBBLEWRAP') ?? 'bwrap');
  if (why === undefined) return ok('Programs run in bubblewrap: they see neither data nor keys nor one another.');
  const user = readSetting(env, 'PLUGBOARD_STDIO_USER') ?? 'nobody';
  if (process.getuid?.() === 0) return warning(asUsers(user, why));
  return warning(
    `Programs are not kept apart from Plugboard (${why}): they can read its keys and its data, and run only while there is a single workspace. Install bubblewrap 0.8 or newer.`,
  );
}

function asUsers(user: string, why: string): string {
  const workspaces = /^\d+-\d+$/.test(user)
    ? ''
    : ' With one user for all they run only while there is a single workspace.';
  return `Programs run as ${user}, with the whole network and what any user may read (${why}).${workspaces} Install bubblewrap.`;
}

/** Tried as the server tries it: namespaces of its own, for a program that does nothing, under limits. */
function whyNoSandbox(bubblewrap: string): string | undefined {
  const apart = ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--cap-drop', 'ALL'];
  const command = ['choom', '-n', '500', '--', 'nice', '-n', '10', 'prlimit', '--core=0', '--', 'true'];
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { status, error, stderr } = spawnSync(
    bubblewrap,
    [...apart, '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--', ...command],
    { encoding: 'utf8', timeout: 10_000, env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, ...asNobody },
  );
  if (status === 0) return undefined;
  if (error && 'code' in error && error.code === 'ENOENT') return 'bubblewrap is not installed';
  return stderr?.trim().split('\n').at(-1) || 'bubblewrap could not be run';
}
