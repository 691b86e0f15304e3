import { readFile } from 'node:fs/promises';
import type { Identity } from './isolation.ts';

const most = 1_000;

/** The users that a name, a number or a range of numbers stands for. Rejects in words where there is no such name, or it is root. */
export async function findUsers(wanted: string): Promise<readonly [Identity, ...Identity[]]> {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(wanted) ?? [];
  const users = from === undefined ? [await findNamed(wanted)] : numbered(Number(from), Number(to));
  const [first, ...others] = users;
  if (first === undefined || users.length > most)
    throw new Error(`PLUGBOARD_STDIO_USER: a range goes upwards and has at most ${most} users.`);
  if (users.some(({ uid, gid }) => uid === 0 || gid === 0))
    throw new Error('PLUGBOARD_STDIO_USER may not be root, nor of its group.');
  return [first, ...others];
}

function numbered(from: number, to: number): Identity[] {
  return Array.from({ length: Math.min(Math.max(to - from + 1, 0), most + 1) }, (_, index) => ({
    uid: from + index,
    gid: from + index,
  }));
}

/** passwd(5): `name:password:uid:gid:…` */
async function findNamed(name: string): Promise<Identity> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, , uid, gid] =
    users
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':') ?? [];
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  if (name === 'nobody') return { uid: 65_534, gid: 65_534 };
  throw new Error(
    `PLUGBOARD_STDIO_USER: there is no user "${name}" in /etc/passwd. Make one with: useradd --system ${name}`,
  );
}
