import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RoundsWish, runRounds } from './load/run-rounds.ts';
import { type Row, summarise } from './load/summarise.ts';
import { targetsOf } from './load/targets.ts';
import { connectUpstreams } from './plugboard/connect-upstreams.ts';
import { loopDelayOf } from './plugboard/loop-delay.ts';
import { measureStarts } from './plugboard/measure-starts.ts';
import { buildIfMissing, isStale, startPlugboard } from './plugboard/start-plugboard.ts';
import { residentMb } from './processes/process-use.ts';
import { type Started, startServer } from './processes/start-process.ts';
import { type Report, showReport } from './report.ts';
import { firstCall } from './scenes/first-call.ts';
import { longToolList } from './scenes/long-tool-list.ts';
import { noisyNeighbour } from './scenes/noisy-neighbour.ts';
import type { Scene, Stage } from './scenes/scene.ts';
import { waitingCalls } from './scenes/waiting-calls.ts';

/** How much is measured. */
interface Plan extends Pick<RoundsWish, 'rounds' | 'loads'> {
  readonly starts: number;
  /** After which the run is given up, whatever it waits for. */
  readonly mostMs: number;
}

const full: Plan = {
  rounds: 7,
  starts: 5,
  loads: [
    { concurrency: 1, calls: 300, mostMs: 1_500, upstreams: ['mcp', 'http'] },
    { concurrency: 1, calls: 60, mostMs: 1_500, upstreams: ['large'] },
    { concurrency: 10, calls: 1_000, mostMs: 1_500, upstreams: ['http'] },
    { concurrency: 32, calls: 1_000, mostMs: 2_500, upstreams: ['mcp', 'http'] },
  ],
  mostMs: 8 * 60_000,
};

const quick: Plan = {
  rounds: 3,
  starts: 2,
  loads: [
    { concurrency: 1, calls: 100, mostMs: 600, upstreams: ['mcp', 'http'] },
    { concurrency: 1, calls: 20, mostMs: 600, upstreams: ['large'] },
    { concurrency: 10, calls: 400, mostMs: 800, upstreams: ['http'] },
    { concurrency: 32, calls: 400, mostMs: 1_000, upstreams: ['mcp', 'http'] },
  ],
  mostMs: 3 * 60_000,
};

/** Measures Plugboard beside direct calls and a bare forwarder, all on this machine. Ends with 1 where an answer was wrong. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const plan = values.quick ? quick : full;
  giveUpAfter(plan.mostMs);
  buildIfMissing();
  say(`${plan.starts} × 2 starts`);
  const starts = await measureStarts(plan.starts);
  const load = await measureLoad(plan);
  const report: Report = { ...machine(), at: new Date().toISOString(), rounds: plan.rounds, starts, ...load };
  process.stdout.write(`\n${showReport(report)}`);
  process.stdout.write(`${writeReport(report)}\n`);
  process.exitCode = isWrong(report) ? 1 : 0;
}

function isWrong({ rows, scenes }: Report): boolean {
  return rows.some(({ errors, calls }) => errors > 0 || calls === 0) || scenes.some(({ errors }) => errors > 0);
}

function machine(): Pick<Report, 'node' | 'cpus' | 'cpuModel' | 'stale'> {
  const all = cpus();
  return { node: process.versions.node, cpus: all.length, cpuModel: all[0]?.model ?? 'CPU', stale: isStale() };
}

async function measureLoad(plan: Plan): Promise<Pick<Report, 'rows' | 'scenes' | 'residentAfterMb'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-bench-'));
  const started: Started[] = [];
  const keep = <One extends Started>(one: One): One => {
    started.unshift(one);
    return one;
  };
  try {
    const upstream = keep(await startServer('echo-upstream.ts'));
    const { mcp = '', gitlab = '' } = upstream.addresses;
    const forwarder = keep(await startServer('bare-forwarder.ts', [mcp, gitlab]));
    const adminKey = `pb_${randomBytes(24).toString('hex')}`;
    const plugboard = await startPlugboard(dataDir, settings(adminKey));
    keep(plugboard);
    const connected = await connectUpstreams({ url: plugboard.url, adminKey, upstreams: { mcp, gitlab } });
    const loopDelay = loopDelayOf(plugboard.url, adminKey);
    const rows = await measureRows(plan, targetsOf({ upstream, forwarder, plugboard, connected, loopDelay }));
    const residentAfterMb = residentMb(plugboard.pid);
    const stage = { plugboard, adminKey, connected, upstreams: upstream.addresses, loopDelay };
    const scenes = await playScenes(stage, { dataDir, settings: settings(adminKey) });
    return { rows, scenes, residentAfterMb };
  } finally {
    for (const { stop } of started) await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** One after the other; the last ones start Plugboard anew. */
async function playScenes(stage: Stage, restart: Parameters<typeof firstCall>[1]): Promise<readonly Scene[]> {
  const scenes: Scene[] = [];
  for (const play of [waitingCalls, noisyNeighbour, longToolList]) {
    say(play.name);
    scenes.push(await play(stage));
  }
  say(firstCall.name);
  await stage.plugboard.stop();
  return [...scenes, await firstCall(stage, restart)];
}

/** The limit per key would be what is measured; the upstream that is no MCP server has to be allowed by name. */
function settings(adminKey: string): Readonly<Record<string, string>> {
  return { PLUGBOARD_ADMIN_KEY: adminKey, PLUGBOARD_RATE_LIMIT: 'off', PLUGBOARD_EGRESS_ALLOW: '127.0.0.1' };
}

async function measureRows({ loads, rounds }: Plan, targets: RoundsWish['targets']): Promise<readonly Row[]> {
  const onRound = (round: number) => say(round === 0 ? 'warm-up' : `round ${round} of ${rounds}`);
  return summarise(await runRounds({ targets, loads, rounds, onRound }));
}

function writeReport(report: Report): string {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${report.at.replaceAll(':', '-').slice(0, 19)}.json`);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  return file;
}

function giveUpAfter(ms: number): void {
  setTimeout(() => {
    process.stderr.write(`Not done after ${ms / 60_000} minutes: given up.\n`);
    process.exit(1);
  }, ms).unref();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
}

function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

await main();
