import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../tests/support/command-line.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { type StartedInstance, startInstance } from '../../tests/support/instance.ts';

const line = commandLine();
const folder = line.home;
let instance: StartedInstance;
let url: string;

beforeAll(async () => {
  instance = await startInstance({ databaseUrl: undefined, dataDir: join(folder, 'data') }, { port: 0 });
  url = await instance.listen();
  return () => instance.stop();
});

type Environment = Readonly<Record<string, string>>;

const run = (args: readonly string[], env: Environment = {}) => line.run(args, { env });
const withKey = (): Environment => ({ PLUGBOARD_URL: url, PLUGBOARD_KEY: instance.adminKey });

describe('the command line', () => {
  it.each([[[]], [['--help']], [['help']], [['-h']]])('%j shows the commands', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of ['serve', 'keys', 'doctor']) expect(stdout).toContain(`  ${name}`);
  });

  it.each([
    ['help', 'keys'],
    ['keys', '--help'],
    ['keys', 'mint', '-h'],
  ])('%s %s explains one command', async (...args) => {
    expect(await run(args)).toMatchObject({ code: 0, stdout: expect.stringContaining('--expires-in') });
  });

  it.each([
    [['docter'], 'Did you mean "doctor"?'],
    [['keys', 'lst'], 'Did you mean "list"?'],
    [['keys'], 'list, mint, revoke or rotate'],
    [['keys', 'mint'], '--name'],
    [['keys', 'mint', '--nmae', 'x'], 'There is no option --nmae. Did you mean "--name"?'],
    [['keys', 'mint', '--name', 'x', '--kind', 'agnet'], 'Did you mean "agent"?'],
    [['keys', 'mint', '--name', 'x', '--expires-in', '30'], '30d'],
    [['keys', 'list', 'all'], '"all" is not understood here'],
    [['keys', 'revoke'], '<id>'],
    [['doctor', '--url', 'localhost:7400'], 'http://'],
    [['doctor', '--url'], '--url'],
    [['keys', 'list', '--key-file', 'nowhere'], 'nowhere'],
    [['serve', '--port', '1'], 'There is no option --port'],
  ])('%j is refused with a sentence, and 2', async (args, sentence) => {
    const { code, stdout, stderr } = await run(args, { PLUGBOARD_KEY: 'pb_x' });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });

  it.each([
    ['--key', 'pb_secret'],
    ['--key=pb_secret', ''],
    ['--api-key', 'secret'],
    ['pb_secret', ''],
  ])('S28: a key as an argument is refused and not repeated: %s %s', async (...args) => {
    for (const command of [['keys', 'list'], ['doctor']]) {
      const { code, stderr } = await run([...command, ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain('PLUGBOARD_KEY');
      expect(stderr).not.toContain('secret');
    }
    expect((await run([args[0]])).stderr).not.toContain('secret');
  });

  it('tells failures as JSON where JSON is asked for', async () => {
    const { stderr } = await run(['keys', 'list', '--json', '--bad']);
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'USAGE', message: 'There is no option --bad.' } });
  });
});

describe('plugboard keys', () => {
  it('mints a key that works, alone on standard output, lists it and ends it', async () => {
    const minted = await run(['keys', 'mint', '--name', 'CI \u001b[31mred', '--expires-in', '2h'], withKey());
    expect(minted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pb_\S+\n$/) });
    expect(minted.stderr).not.toContain('\u001b');
    const [, id = ''] = /revoke (\S+)/.exec(minted.stderr) ?? [];

    const listed = await run(['keys', 'list'], withKey());
    const line = listed.stdout.split('\n').find((row) => row.startsWith(id));
    expect(line).toMatch(/agent +MEMBER/);
    expect(listed.stdout).not.toContain('\u001b');
    expect(listed.stdout).not.toContain(minted.stdout.trim());

    const key = minted.stdout.trim();
    expect((await run(['doctor', '--json'], { PLUGBOARD_URL: url, PLUGBOARD_KEY: key })).stdout).toContain(
      'role MEMBER',
    );
    expect(await run(['keys', 'revoke', id], withKey())).toMatchObject({ code: 0, stderr: '' });
    const after = await run(['keys', 'list'], { PLUGBOARD_URL: url, PLUGBOARD_KEY: key });
    expect(after).toMatchObject({ code: 4, stdout: '' });
  });

  it('mints with role and scopes, and answers in JSON', async () => {
    const args = ['--name', 'App', '--kind', 'app', '--role', 'viewer', '--scopes', 'tools:read, calls:read', '--json'];
    const { code, stdout } = await run(['keys', 'mint', ...args], withKey());
    expect(code).toBe(0);
    const wanted = { kind: 'app', role: 'VIEWER', scopes: ['tools:read', 'calls:read'], expires_at: null };
    expect(JSON.parse(stdout)).toMatchObject({ key: expect.stringMatching(/^pb_/), api_key: wanted });
  });

  it('lists every page as JSON', async () => {
    await Promise.all(Array.from({ length: 103 }, (_, n) => instance.keyWith({ name: `Many ${n}` })));
    const { stdout } = await run(['keys', 'list', '--json'], withKey());
    const ids = [...stdout.matchAll(/^ {4}"id": "(\S+)"/gm)].map(([, id]) => id);
    expect(new Set(ids).size).toBeGreaterThan(103);
  });

  it("tells the server's refusals in its own words", async () => {
    const refused = await run(['keys', 'mint', '--name', 'x', '--scopes', 'tools:cal'], withKey());
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('tools:call') });
    const malformed = await run(['keys', 'revoke', 'no-uuid', '--json'], withKey());
    expect(JSON.parse(malformed.stderr)).toMatchObject({
      error: { code: 'BAD_REQUEST', request_id: expect.any(String) },
    });
    expect(await run(['keys', 'revoke', '..'], withKey())).toMatchObject({ code: 1, stdout: '' });
  });

  it('a wrong key, no key, and no server each get their sentence', async () => {
    const wrong = await run(['keys', 'list'], { PLUGBOARD_URL: url, PLUGBOARD_KEY: 'pb_wrong' });
    expect(wrong).toMatchObject({ code: 4, stderr: expect.stringContaining('valid API key') });
    const none = await run(['keys', 'list'], { PLUGBOARD_URL: url, PLUGBOARD_DATA_DIR: folder });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('No key was found') });
    const away = await run(['keys', 'list'], { PLUGBOARD_URL: 'http://127.0.0.1:1', PLUGBOARD_KEY: 'pb_x' });
    expect(away).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing answers at http://127.0.0.1:1') });
    expect(wrong.stderr + none.stderr + away.stderr).not.toContain('    at ');
  });

  it("S28: the data folder's admin key is not handed to an address that was merely typed", async () => {
    writeFileSync(join(folder, 'admin.key'), `${instance.adminKey}\n`, { mode: 0o600 });
    const here = { PLUGBOARD_DATA_DIR: folder };
    expect((await run(['keys', 'list'], { ...here, PLUGBOARD_URL: url })).code).toBe(0);
    const typed = await run(['keys', 'list', '--url', 'http://plugboard.invalid'], here);
    expect(typed).toMatchObject({ code: 2, stderr: expect.stringContaining('No key was found') });
    rmSync(join(folder, 'admin.key'));
  });

  it('a reader that leaves is no crash, and a key that nobody read is said to be lost', async () => {
    for (const args of [['list'], ['mint', '--name', 'Lost']]) {
      const { child, end } = line.start(['keys', ...args], { env: withKey() });
      child.stdout?.destroy();
      const { code, stderr } = await end;
      expect(code).toBe(1);
      expect(stderr).not.toContain('EPIPE');
      if (args[0] === 'mint') expect(stderr).toContain('is lost');
    }
  });
});

describe('plugboard serve', () => {
  it('runs the server with a fresh folder, where the other commands find its key, and ends it with a signal', async () => {
    const dataDir = join(folder, 'served');
    const env = { PLUGBOARD_PORT: String(await freePort()), PLUGBOARD_DATA_DIR: dataDir };
    const { child, says, end } = line.start(['serve'], { env });
    await says('Plugboard is ready');
    const { code, stdout } = await run(['doctor'], env);
    expect(stdout).toContain('the operator’s, OWNER');
    expect(stdout).toContain('PLUGBOARD_MASTER_KEY_FILE');
    expect(code).toBe(0);
    expect(statSync(join(dataDir, 'admin.key')).mode & 0o777).toBe(0o600);
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0 });
  });

  it('ends with the exit code of a server that cannot start', async () => {
    const env = { PLUGBOARD_PORT: 'x', PLUGBOARD_DATA_DIR: join(folder, 'never') };
    const { code, stderr } = await line.start(['serve'], { env }).end;
    expect(code).toBe(1);
    expect(stderr).toContain('PLUGBOARD_PORT');
  });
});
