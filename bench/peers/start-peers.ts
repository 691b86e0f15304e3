import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { freePort } from '../../tests/support/free-port.ts';
import { type Started, startNode } from '../processes/start-process.ts';

/** A gateway that runs. */
export interface Peer extends Started {
  readonly url: string;
}

export interface Peers {
  readonly hub: Peer;
  readonly civic: Peer;
}

const patienceMs = 30_000;

/** Starts mcp-hub and Civic's passthrough server in front of an MCP server, and waits until each answers. */
export async function startPeers(wish: {
  readonly folder: string;
  readonly mcp: string;
  readonly hubConfig: string;
}): Promise<Peers> {
  const modules = join(wish.folder, 'node_modules');
  const [hubPort, civicPort] = [await freePort(), await freePort()];
  const hub = startNode(join(modules, 'mcp-hub/dist/cli.js'), {}, [
    '--port',
    String(hubPort),
    '--config',
    wish.hubConfig,
  ]);
  const civic = startNode(join(modules, '@civic/passthrough-mcp-server/dist/cli.js'), {
    LOG_LEVEL: 'error',
    PORT: String(civicPort),
    TARGET_SERVER_URL: new URL(wish.mcp).origin,
    TARGET_SERVER_MCP_PATH: new URL(wish.mcp).pathname,
    TARGET_SERVER_TRANSPORT: 'httpStream',
  });
  const peers = {
    hub: { ...hub, url: `http://127.0.0.1:${hubPort}` },
    civic: { ...civic, url: `http://127.0.0.1:${civicPort}` },
  };
  await Promise.all([untilItAnswers(`${peers.hub.url}/api/health`), untilItAnswers(`${peers.civic.url}/mcp`)]);
  return peers;
}

/** Any answer will do. */
async function untilItAnswers(url: string): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (performance.now() < giveUpAt) {
    const answered = await request(url).then(
      async ({ body }) => body.dump().then(() => true),
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`${url} did not answer within 30 seconds.`);
}
