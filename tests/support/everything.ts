import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** The reference server of the protocol, as npm has it. */
export interface Everything {
  readonly endpoint: string;
  stop(): void;
}

/** Starts `@modelcontextprotocol/server-everything` and resolves when it answers. */
export async function startEverything(mode: 'streamableHttp' | 'sse' = 'streamableHttp'): Promise<Everything> {
  const port = await freePort();
  const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json');
  const child = spawn(process.execPath, [join(dirname(manifest), 'dist/index.js'), mode], {
    env: { PATH: process.env['PATH'], PORT: String(port) },
    stdio: 'ignore',
  });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
  while (child.exitCode === null && !(await answers())) await setTimeout(50);
  return { endpoint: `http://127.0.0.1:${port}/${mode === 'sse' ? 'sse' : 'mcp'}`, stop: () => void child.kill() };
}
