import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../tests/support/command-line.ts';
import { checkClearText } from './checks/check-clear-text.ts';
import { checkEgress } from './checks/check-egress.ts';
import { checkNode } from './checks/check-node.ts';

const line = commandLine();
const folder = line.home;
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** What `plugboard doctor --json` finds, by check. */
async function examine(settings: Readonly<Record<string, string>>) {
  const env = { PLUGBOARD_DATA_DIR: join(folder, 'data'), ...settings };
  const { code, stdout } = await line.run(['doctor', '--json'], { env });
  const { ok, checks }: { ok: boolean; checks: { check: string; status: string; message: string }[] } =
    JSON.parse(stdout);
  return { code, ok, of: (name: string) => checks.filter(({ check }) => check === name) };
}

async function serverOf(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** Answers like Plugboard, with each answer replaced where one is given. */
function like(instead: Readonly<Record<string, { status: number; body: unknown; date?: string }>>): RequestListener {
  const usual = {
    '/healthz': { status: 200, body: { status: 'ok' } },
    '/readyz': { status: 200, body: { status: 'ready' } },
    '/api/v1/me': { status: 401, body: { error: { code: 'UNAUTHORIZED', message: 'No.' } } },
  };
  const answers = new Map<string, { status: number; body: unknown; date?: string }>(
    Object.entries({ ...usual, ...instead }),
  );
  return (request, response) => {
    const { status, body, date } = answers.get(request.url ?? '') ?? { status: 404, body: {} };
    if (date) response.setHeader('date', date);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

const failed = { status: 'failed' };
const warning = { status: 'warning' };
const ok = { status: 'ok' };

describe('plugboard doctor and the server', () => {
  it('says how to start one that is not there, and exits with 1', async () => {
    const found = await examine({ PLUGBOARD_URL: 'http://127.0.0.1:1' });
    expect(found).toMatchObject({ code: 1, ok: false });
    expect(found.of('server')).toMatchObject([{ ...failed, message: expect.stringContaining('plugboard serve') }]);
    expect(found.of('node')).toMatchObject([ok]);
    expect(found.of('key')).toEqual([]);
  });

  it('knows another server when it sees one', async () => {
    const url = await serverOf((_request, response) => response.end('<html>'));
    expect((await examine({ PLUGBOARD_URL: url })).of('server')).toMatchObject([failed]);
  });

  it('is content with one in order', async () => {
    const found = await examine({ PLUGBOARD_URL: await serverOf(like({})) });
    expect(found).toMatchObject({ code: 0, ok: true });
    for (const check of ['server', 'ready', 'address', 'clock', 'encryption', 'egress'])
      expect(found.of(check)).toMatchObject([ok]);
    expect(found.of('key')).toMatchObject([{ ...warning, message: expect.stringContaining('PLUGBOARD_KEY') }]);
  });

  it.each([
    ['ready', '/readyz', { status: 503, body: { status: 'database_unavailable' } }, 'DATABASE_URL'],
    ['ready', '/readyz', { status: 503, body: { status: 'draining' } }, 'shutting down'],
    ['address', '/api/v1/me', { status: 400, body: {} }, 'PLUGBOARD_PUBLIC_URL'],
    ['address', '/api/v1/me', { status: 502, body: {} }, 'proxy'],
  ])('%s: %s %j is a failure that names the way out', async (...row) => {
    const [check, path, answer, advice] = row;
    const found = await examine({ PLUGBOARD_URL: await serverOf(like({ [path]: answer })) });
    expect(found.of(check)).toMatchObject([{ ...failed, message: expect.stringContaining(advice) }]);
    expect(found.code).toBe(1);
  });

  it('tries the public address too', async () => {
    const env = { PLUGBOARD_URL: await serverOf(like({})), PLUGBOARD_PUBLIC_URL: 'http://127.0.0.1:1' };
    expect((await examine(env)).of('address')).toMatchObject([
      { ...failed, message: expect.stringContaining('callbacks') },
    ]);
  });

  it.each([
    [30_000, warning, 'ahead of'],
    [-300_000, failed, 'behind'],
  ])('a clock %d ms apart is noticed', async (skew, status, word) => {
    const date = new Date(Date.now() + skew).toUTCString();
    const url = await serverOf(like({ '/healthz': { status: 200, body: { status: 'ok' }, date } }));
    expect((await examine({ PLUGBOARD_URL: url })).of('clock')).toMatchObject([
      { ...status, message: expect.stringContaining(word) },
    ]);
  });

  it('a key the server does not know is a failure; one it knows is described', async () => {
    const unknown = await examine({ PLUGBOARD_URL: await serverOf(like({})), PLUGBOARD_ADMIN_KEY: 'pb_unknown' });
    expect(unknown.of('key')).toMatchObject([{ ...failed, message: expect.stringContaining('PLUGBOARD_ADMIN_KEY') }]);
    writeFileSync(join(folder, 'broken.key'), 'two words');
    const broken = { PLUGBOARD_URL: await serverOf(like({})), PLUGBOARD_ADMIN_KEY_FILE: join(folder, 'broken.key') };
    expect((await examine(broken)).of('key')).toMatchObject([
      { ...failed, message: expect.stringContaining('one word') },
    ]);
  });
});

describe('plugboard doctor and the files', () => {
  const nobody = 'http://127.0.0.1:1';
  function dataFolder(name: string, modes: { folder?: number; master?: number }): string {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, 'master.key'), 'x');
    chmodSync(join(path, 'master.key'), modes.master ?? 0o600);
    chmodSync(path, modes.folder ?? 0o700);
    return path;
  }

  it('S15: warns of the master key beside the data', async () => {
    const found = await examine({ PLUGBOARD_URL: nobody, PLUGBOARD_DATA_DIR: dataFolder('beside', {}) });
    expect(found.of('master key')).toMatchObject([
      { ...warning, message: expect.stringContaining('PLUGBOARD_MASTER_KEY_FILE') },
    ]);
    expect(found.of('files')).toMatchObject([ok]);
    expect(found.of('data')).toMatchObject([ok]);
  });

  it('S15: also where the environment points into the folder, and not where it points elsewhere', async () => {
    const data = dataFolder('pointed', {});
    const env = { PLUGBOARD_URL: nobody, PLUGBOARD_DATA_DIR: data };
    const inside = await examine({ ...env, PLUGBOARD_MASTER_KEY_FILE: join(data, 'master.key') });
    expect(inside.of('master key')).toMatchObject([warning]);
    writeFileSync(join(folder, 'apart.key'), 'x', { mode: 0o600 });
    const apart = await examine({ ...env, PLUGBOARD_MASTER_KEY_FILE: join(folder, 'apart.key') });
    expect(apart.of('master key')).toMatchObject([ok]);
    expect(apart.of('files')).toHaveLength(2);
  });

  it.each([
    ['files', { master: 0o640 }, failed, 'chmod 600'],
    ['data', { folder: 0o755 }, warning, 'chmod 700'],
    ['data', { folder: 0o777 }, failed, 'chmod 700'],
  ])('%s open to others (%j) are noticed', async (...row) => {
    const [check, modes, status, advice] = row;
    const data = dataFolder(`open-${Object.entries(modes).flat().join('-')}`, modes);
    const found = await examine({ PLUGBOARD_URL: nobody, PLUGBOARD_DATA_DIR: data });
    expect(found.of(check)).toMatchObject([{ ...status, message: expect.stringContaining(advice) }]);
  });

  it('says where it could not look', async () => {
    const here = await examine({ PLUGBOARD_URL: nobody, PLUGBOARD_DATA_DIR: join(folder, 'none') });
    expect(here.of('data')).toMatchObject([warning]);
    const remote = await examine({ PLUGBOARD_URL: 'https://plugboard.invalid' });
    expect(remote.of('data')).toMatchObject([{ ...ok, message: expect.stringContaining('another machine') }]);
  });
});

describe('what needs no server to judge', () => {
  it.each([
    ['23.11.0', 'failed'],
    ['24.0.0', 'ok'],
    ['26.1.0', 'ok'],
  ])('Node %s is %s', (version, status) => {
    expect(checkNode(version)).toMatchObject({ status });
  });

  it.each([
    [undefined, 'ok'],
    ['10.0.0.0/8, db.internal, fc00::/7, 192.168.1.7', 'ok'],
    ['10.0.0.0/7', 'warning'],
    ['2000::/3', 'warning'],
    ['*.com', 'warning'],
    ['10.0.0.0/8,0.0.0.0/0', 'failed'],
    ['::/0', 'failed'],
  ])('an egress list of %j is %s', (list, status) => {
    expect(checkEgress(list)).toMatchObject({ status });
  });

  it.each([
    ['https://plugboard.example', undefined, 'ok'],
    ['http://localhost:7400', undefined, 'ok'],
    ['http://[::1]:7400', undefined, 'ok'],
    ['http://localhost.example', undefined, 'failed'],
    ['http://10.0.0.7:7400', undefined, 'failed'],
    ['http://10.0.0.7:7400', 'on', 'warning'],
  ])('S7: %s with PLUGBOARD_INSECURE_HTTP=%s is %s', (publicUrl, insecure, status) => {
    expect(checkClearText(publicUrl, insecure)).toMatchObject({ status });
  });
});
