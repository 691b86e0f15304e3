import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitlabEmulator, startGitlab } from '../../tests/emulators/gitlab.ts';
import { type ProtectedMcp, startProtectedMcp } from '../../tests/support/protected-mcp.ts';

const root = join(import.meta.dirname, '../..');

/** Everything the demo talks to, all of it on this machine. */
export interface World {
  /** Plugboard's address. */
  readonly plugboard: string;
  readonly adminKeyFile: string;
  /** The reference MCP server from npm, over streamable HTTP. */
  readonly mcpServer: string;
  readonly gitlab: GitlabEmulator;
  /** An MCP server behind OAuth, with a certified authorization server of its own. */
  readonly notes: ProtectedMcp;
  stop(): Promise<void>;
}

/** Starts Plugboard on SQLite in a new folder, two real MCP servers, and a GitLab that lives in this process. */
export async function startWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-demo-'));
  const [port, mcpPort, gitlab, notes] = await Promise.all([
    freePort(),
    freePort(),
    startGitlab(),
    startProtectedMcp(),
  ]);
  const children = [startPlugboard(port, dataDir), startMcpServer(mcpPort)];
  const plugboard = `http://localhost:${port}`;
  const mcpServer = `http://127.0.0.1:${mcpPort}/mcp`;
  await Promise.all([answers(`${plugboard}/readyz`), answers(mcpServer)]);
  return {
    plugboard,
    mcpServer,
    gitlab,
    notes,
    adminKeyFile: join(dataDir, 'admin.key'),
    async stop() {
      await Promise.all([...children.map(end), gitlab.stop(), notes.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function startPlugboard(port: number, dataDir: string): ChildProcess {
  const built = join(root, 'dist/server.js');
  const main = existsSync(built) ? built : join(root, 'server/src/main.ts');
  // The GitLab of this demo is on this machine, which Plugboard refuses to reach unless it is told to.
  const env = { PLUGBOARD_PORT: String(port), PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_EGRESS_ALLOW: '127.0.0.1' };
  return spawn(process.execPath, [main], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
}

function startMcpServer(port: number): ChildProcess {
  const main = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
  return spawn(process.execPath, [main, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
}

async function answers(url: string): Promise<void> {
  const giveUpAt = Date.now() + 15_000;
  while (Date.now() < giveUpAt) {
    const response = await fetch(url).catch(() => undefined);
    if (response && response.status !== 503) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing answers at ${url}.`);
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
