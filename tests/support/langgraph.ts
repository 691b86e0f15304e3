import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { installPackages } from './own-packages.ts';

const home = join(import.meta.dirname, '../langgraph');
const modules = join(home, 'node_modules');

/** How long `startLangGraph` may take, in milliseconds: its packages may have to be installed first. */
export const langGraphStartMs = 300_000;

/** A LangGraph server with the graphs of `tests/langgraph`, as `langgraphjs dev` runs it. */
export interface LangGraphServer {
  readonly url: string;
  /** Ends it and everything it started. */
  stop(): Promise<void>;
}

/** Starts the real server on a free port, in a folder of its own. */
export async function startLangGraph(): Promise<LangGraphServer> {
  await installPackages(home);
  const folder = createFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { child, output } = launch(folder, port);
  const end = (): void => void killGroup(child);
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.off('exit', end);
    if (killGroup(child)) await once(child, 'close');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(url, child);
  } catch (cause) {
    await stop();
    throw new Error(`The LangGraph server did not start:\n${output()}`, { cause });
  }
  return { url, stop };
}

/** What it keeps is kept there, and not in the repository. */
function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-langgraph-'));
  for (const file of ['langgraph.json', 'graphs.mjs', 'package.json'])
    copyFileSync(join(home, file), join(folder, file));
  writeFileSync(join(folder, '.gitignore'), '.langgraph_api\n');
  symlinkSync(modules, join(folder, 'node_modules'));
  return folder;
}

function launch(folder: string, port: number): { readonly child: ChildProcess; readonly output: () => string } {
  const cli = join(modules, '@langchain/langgraph-cli/dist/cli/cli.mjs');
  const child = spawn(process.execPath, [cli, 'dev', '--no-browser', '--host', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      BROWSER: 'none',
      LANGGRAPH_CLI_NO_ANALYTICS: '1',
      LANGSMITH_TRACING: 'false',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + String(chunk)).slice(-10_000)));
  return { child, output: () => output };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error('It ended by itself.');
    const answer = await fetch(`${url}/ok`).catch(() => undefined);
    if (answer?.ok === true) return;
    await setTimeout(100);
  }
  throw new Error('It was not ready within a minute.');
}

/** Whether there was something to end. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): boolean {
  if (pid === undefined || exitCode !== null || signalCode !== null) return false;
  process.kill(-pid, 'SIGKILL');
  return true;
}
