import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Installs what the lock file of a folder of tests says, unless that is there already; one process at a time does. */
export async function installPackages(home: string): Promise<void> {
  const stamp = join(home, 'node_modules/.installed-from');
  const wanted = createHash('sha256')
    .update(readFileSync(join(home, 'package-lock.json')))
    .digest('hex');
  const isThere = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isThere()) return;
  const release = await takeTurn(home);
  try {
    if (isThere()) return;
    await runNpm(home);
    writeFileSync(stamp, wanted);
  } finally {
    release();
  }
}

async function runNpm(home: string): Promise<void> {
  const npm = spawn('npm', ['ci', '--ignore-scripts'], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await once(npm, 'close');
  if (npm.exitCode !== 0) throw new Error(`npm ci failed in ${home}:\n${output}`);
}

/** Waits for the other processes that install; a process that is gone does not count. */
async function takeTurn(home: string): Promise<() => void> {
  const place = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `plugboard-packages-${place}.lock`);
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch {
      if (isForsaken(lock)) rmSync(lock, { force: true });
      await setTimeout(200);
    }
  }
}

/** Whether the process that took this turn is gone; one that has not signed yet is not. */
function isForsaken(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
