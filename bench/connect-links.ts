import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { type Answers, type Asked, runRequests } from './load/run-requests.ts';
import { median } from './load/statistics.ts';
import { buildIfMissing, isStale, type StartedPlugboard, startPlugboard } from './plugboard/start-plugboard.ts';
import { type Started, startServer } from './processes/start-process.ts';

/** End users the links are for, in turn: most are known already, as those of an app are. */
const endUsers = 5_000;
const path = '/api/v1/connect-links';

/**
 * Measures how many connect links a second one Plugboard makes, beside a server that sends back what it gets, in turns. Each
 * link is on disk with its end user and its event before it is answered. Ends with 1 where an answer was wrong.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      concurrency: { type: 'string', default: '256' },
    },
  });
  buildIfMissing();
  if (isStale()) process.stderr.write('dist/ is older than the sources: this measures what was built.\n');
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-bench-'));
  const adminKey = `pb_${randomBytes(24).toString('hex')}`;
  const started: Started[] = [];
  try {
    const echo = await startServer('plain-echo.ts');
    started.push(echo);
    const plugboard = await startPlugboard(dataDir, { PLUGBOARD_ADMIN_KEY: adminKey, PLUGBOARD_RATE_LIMIT: 'off' });
    started.push(plugboard);
    const targets = {
      echo: echoing({ origin: echo.addresses['echo'] ?? '', pid: echo.pid }),
      links: linking(plugboard, await appKey(plugboard, adminKey)),
    };
    const load = { concurrency: Number(values.concurrency), forMs: Number(values.seconds) * 1_000 };
    process.exitCode = await takeTurns(targets, { rounds: Number(values.rounds), load });
  } finally {
    for (const { stop } of started) await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Turns {
  readonly rounds: number;
  readonly load: Parameters<typeof runRequests>[1];
}

/** The first round warms up, and is not counted. */
async function takeTurns(targets: Readonly<Record<'echo' | 'links', Asked>>, { rounds, load }: Turns): Promise<number> {
  const all: Record<'echo' | 'links', Answers[]> = { echo: [], links: [] };
  for (let round = 0; round <= rounds; round += 1)
    for (const name of ['echo', 'links'] as const) {
      const answers = await runRequests(targets[name], load);
      if (round > 0) all[name].push(answers);
    }
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}`;
  process.stdout.write(`${machine}, ${load.concurrency} at once, median of ${rounds} × ${load.forMs / 1_000} s\n`);
  process.stdout.write(shown('plain echo', all.echo) + shown('connect links', all.links));
  const wrong = [...all.echo, ...all.links].find(({ errors }) => errors > 0);
  if (wrong) process.stdout.write(`${wrong.errors} wrong answers, the first: ${wrong.firstError}\n`);
  return wrong ? 1 : 0;
}

function shown(name: string, rounds: readonly Answers[]): string {
  const of = (pick: (answers: Answers) => number | undefined): string =>
    median(rounds.map((answers) => pick(answers) ?? Number.NaN)).toFixed(1);
  const times = `p50 ${of(({ p50 }) => p50)} ms, p95 ${of(({ p95 }) => p95)} ms, p99 ${of(({ p99 }) => p99)} ms`;
  const cpu = `${of(({ cpuUs }) => cpuUs)} µs CPU`;
  return `${name.padEnd(14)} ${of(({ perSecond }) => perSecond).padStart(9)} a second, ${times}, ${cpu}\n`;
}

function echoing(server: Pick<Asked, 'origin' | 'pid'>): Asked {
  return {
    ...server,
    request: (number) => ({ method: 'POST', path, headers: json, body: bodyOf(number) }),
    isRight: (status, text) => status === 201 && text.includes('end_user'),
  };
}

function linking({ url: origin, pid }: StartedPlugboard, key: string): Asked {
  const headers = { ...json, authorization: `Bearer ${key}` };
  return {
    origin,
    pid,
    request: (number) => ({ method: 'POST', path, headers, body: bodyOf(number) }),
    isRight: (status, text) => status === 201 && text.includes('/link/'),
  };
}

const json = { 'content-type': 'application/json' };

function bodyOf(number: number): string {
  const id = `user_${number % endUsers}`;
  return JSON.stringify({ connectors: ['github'], end_user: { id, name: 'Ada', email: `${id}@example.com` } });
}

/** A key as the backend of an app has one. */
async function appKey({ url }: StartedPlugboard, adminKey: string): Promise<string> {
  const { body } = await request(`${url}/api/v1/api-keys`, {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${adminKey}` },
    body: JSON.stringify({ name: 'Bench', kind: 'app' }),
  });
  return String(Object(await body.json()).key);
}

await main();
