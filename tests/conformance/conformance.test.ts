import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { listen, type Listening } from '../emulators/listen.ts';
import { newDatabases } from '../support/databases.ts';
import { createMcpWorld, loopbackEgress, type McpWorld } from '../support/mcp-world.ts';
import { installPackages } from '../support/own-packages.ts';
import { useServer } from './client.ts';

const home = import.meta.dirname;
const suite = join(home, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
/** For a whole suite: its scenarios run side by side, on however small a machine. */
const suiteMs = 240_000;

describe('our MCP client', () => {
  const databases = newDatabases('sqlite');
  let storage: Storage;
  let world: McpWorld;
  let client: Listening;

  beforeAll(async () => {
    await installPackages(home);
    storage = await openStorage(await databases.migrated());
    world = await createMcpWorld(storage, { publicUrl: 'https://plugboard.example.com' });
    client = await listen(async (request, response) => {
      const problem = await problemOf(world, request);
      response.writeHead(problem === undefined ? 200 : 500).end(problem);
    });
  }, suiteMs);
  afterAll(async () => {
    await client.stop();
    await world.egress.close();
    await storage.close();
  });

  it.each(['2025-11-25', '2026-07-28'])(
    'does all that a client of MCP %s must',
    async (revision) => {
      const { code, report } = await runSuite(client.url, revision);
      expect(code, report).toBe(0);
      expect(report).toContain('auth/');
    },
    suiteMs,
  );
});

/** With a door of its own, so that no connection is left to the servers of a scenario that is over. */
async function problemOf(world: McpWorld, request: IncomingMessage): Promise<string | undefined> {
  const egress = loopbackEgress();
  try {
    await useServer({ ...world, egress }, JSON.parse(await text(request)));
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    await egress.close();
  }
}

async function runSuite(
  client: string,
  revision: string,
): Promise<{ readonly code: unknown; readonly report: string }> {
  const command = `${process.execPath} ${join(home, 'hand-over.ts')}`;
  const options = ['--command', command, '--requirements', revision, '--timeout', '120000', '--verbose'];
  const env = { ...process.env, PLUGBOARD_CONFORMANCE_CLIENT: client };
  const child = spawn(process.execPath, [suite, 'client', ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const [report, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  return { code, report: `${report}\n${said}`.slice(0, 200_000) };
}
