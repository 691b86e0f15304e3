import { Pool } from 'undici';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import { connectServer, mintKey } from '../plugboard/connect-upstreams.ts';
import { median } from '../load/statistics.ts';
import type { Scene, Stage } from './scene.ts';

const wanted = 5_000;
const again = 5;

/** `tools/list` over /mcp with an upstream of 5,000 tools: the first time an agent asks, and later. */
export async function longToolList(stage: Stage): Promise<Scene> {
  const { plugboard, adminKey, upstreams } = stage;
  const site = { url: plugboard.url, adminKey };
  await connectServer(site, upstreams['many'] ?? '');
  const pool = new Pool(plugboard.url, { connections: 1, headersTimeout: 60_000 });
  const key = await mintKey(site);
  try {
    const cold = await listOnce(pool, key);
    const warm: Listed[] = [];
    for (let index = 0; index < again; index += 1) warm.push(await listOnce(pool, key));
    return {
      title: `tools/list with an upstream of ${wanted} tools`,
      figures: {
        'cold, ms': cold.ms,
        'warm, ms': median(warm.map(({ ms }) => ms)),
        'size, kB': cold.bytes / 1_000,
      },
      errors: [cold, ...warm].filter(({ tools }) => tools < wanted).length,
    };
  } finally {
    await pool.destroy();
  }
}

interface Listed {
  readonly ms: number;
  readonly bytes: number;
  readonly tools: number;
}

async function listOnce(client: Pool, key: string): Promise<Listed> {
  const startedAt = performance.now();
  const { body } = await client.request({
    method: 'POST',
    path: '/mcp',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  });
  const text = await body.text();
  const ms = performance.now() - startedAt;
  const message = parseJson(/^data: ?(.+)$/m.exec(text)?.[1] ?? text);
  const result = isRecord(message) && isRecord(message['result']) ? message['result'] : {};
  return { ms, bytes: text.length, tools: Array.isArray(result['tools']) ? result['tools'].length : 0 };
}
