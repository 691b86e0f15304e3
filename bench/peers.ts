import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Load } from './load/run-cell.ts';
import { runRounds } from './load/run-rounds.ts';
import { summarise } from './load/summarise.ts';
import { targetsOf } from './load/targets.ts';
import { startPeers } from './peers/start-peers.ts';
import { peerTargets } from './peers/peer-targets.ts';
import { connectUpstreams } from './plugboard/connect-upstreams.ts';
import { loopDelayOf } from './plugboard/loop-delay.ts';
import { buildIfMissing, startPlugboard } from './plugboard/start-plugboard.ts';
import { type Started, startServer } from './processes/start-process.ts';
import { showTable } from './report.ts';

const rounds = 5;
const loads: readonly Load[] = [
  { concurrency: 1, calls: 300, mostMs: 1_500, upstreams: ['mcp'] },
  { concurrency: 32, calls: 1_000, mostMs: 2_500, upstreams: ['mcp'] },
];
const folder = join(import.meta.dirname, 'peers');

/** Measures other MCP gateways beside Plugboard, in the same rounds against the same upstream. Ends with 1 where an answer was wrong. */
async function main(): Promise<void> {
  installPeers();
  buildIfMissing();
  const workplace = mkdtempSync(join(tmpdir(), 'plugboard-peers-'));
  const started: Started[] = [];
  try {
    const rows = await measure(workplace, started);
    process.stdout.write(`\n${showTable(rows).join('\n')}\n`);
    process.exitCode = rows.some(({ errors, calls }) => errors > 0 || calls === 0) ? 1 : 0;
  } finally {
    for (const { stop } of started.toReversed()) await stop();
    rmSync(workplace, { recursive: true, force: true });
  }
}

/** From their lock file, once. */
function installPeers(): void {
  if (existsSync(join(folder, 'node_modules'))) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error('The peers could not be installed: nothing to compare with.');
}

async function measure(workplace: string, started: Started[]) {
  const keep = <One extends Started>(one: One): One => {
    started.push(one);
    return one;
  };
  const upstream = keep(await startServer('echo-upstream.ts'));
  const { mcp = '', gitlab = '' } = upstream.addresses;
  const forwarder = keep(await startServer('bare-forwarder.ts', [mcp, gitlab]));
  const adminKey = `pb_${randomBytes(24).toString('hex')}`;
  const settings = { PLUGBOARD_ADMIN_KEY: adminKey, PLUGBOARD_RATE_LIMIT: 'off', PLUGBOARD_EGRESS_ALLOW: '127.0.0.1' };
  const plugboard = keep(await startPlugboard(join(workplace, 'data'), settings));
  const connected = await connectUpstreams({ url: plugboard.url, adminKey, upstreams: { mcp, gitlab } });
  const loopDelay = loopDelayOf(plugboard.url, adminKey);
  const hubConfig = join(workplace, 'mcp-hub.json');
  writeFileSync(hubConfig, JSON.stringify({ mcpServers: { up: { url: mcp } } }));
  const peers = await startPeers({ folder, mcp, hubConfig });
  for (const peer of [peers.hub, peers.civic]) keep(peer);
  const ours = targetsOf({ upstream, forwarder, plugboard, connected, loopDelay });
  const onRound = (round: number) => process.stderr.write(`round ${round} of ${rounds}\n`);
  return summarise(await runRounds({ targets: [...ours, ...peerTargets(peers)], loads, rounds, onRound }));
}

await main();
