import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordCalls, sealNow } from '../../tests/support/audit.ts';
import { loose } from '../../tests/support/loose-database.ts';
import { type StartedInstance, startInstance } from '../../tests/support/instance.ts';
import { runCli, startCli } from '../../tests/support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'plugboard-cli-audit-'));
let instance: StartedInstance;
let settings: Record<string, string>;
let calls: string[];

beforeAll(async () => {
  instance = await startInstance({ databaseUrl: undefined, dataDir: join(folder, 'data') }, { port: 0 });
  settings = { PLUGBOARD_URL: await instance.listen(), PLUGBOARD_KEY: instance.adminKey };
  const { workspaceId } = instance.home.caller;
  calls = await recordCalls(instance.app, workspaceId, { count: 300 });
  await sealNow(instance.app, workspaceId);
});
afterAll(async () => {
  await instance.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('plugboard audit', () => {
  it('shows the head, and verifies against one that was kept', async () => {
    const head = await runCli(['audit', 'head'], settings);
    expect(head).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+:[0-9a-f]{64}\n$/) });
    const verified = await runCli(['audit', 'verify', '--head', head.stdout.trim()], settings);
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The records are as they were sealed'),
      stderr: '',
    });
    const another = await runCli(['audit', 'verify', '--json', '--head', `1:${'0'.repeat(64)}`], settings);
    expect(another.code).toBe(1);
    expect(JSON.parse(another.stdout)).toMatchObject({ ok: false, faults: [{ kind: 'other_head', segment: 1 }] });
  });

  it('names what was altered, and fails', async () => {
    const change = (tool: string) =>
      loose(instance.app.storage.writer)
        .updateTable('calls')
        .set({ tool })
        .where('id', '=', calls[7] ?? '')
        .execute();
    await change('another');
    const { code, stdout } = await runCli(['audit', 'verify'], settings);
    await change('get_ticket');
    expect(code).toBe(1);
    expect(stdout).toContain('altered_row');
    expect(stdout).toContain(calls[7]);
  });

  it('exports to standard output or into a file for its owner alone, and never replaces one', async () => {
    const out = join(folder, 'calls.ndjson');
    const piped = await runCli(['audit', 'export', 'calls'], settings);
    const saved = await runCli(['audit', 'export', 'calls', '--out', out], settings);
    expect([piped.code, saved.code, saved.stdout]).toEqual([0, 0, '']);
    expect(readFileSync(out, 'utf8')).toBe(piped.stdout);
    expect(piped.stdout.split('\n')).toHaveLength(302);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await runCli(['audit', 'export', 'calls', '--out', out], settings)).toMatchObject({ code: 2 });
    const none = await runCli(['audit', 'export', 'calls', '--to', '2020-01-01'], settings);
    expect(none.stdout).toMatch(/^\{"end":\{"records":0,/);
  });

  it('a reader that leaves is no crash', async () => {
    const child = startCli(['audit', 'export', 'calls'], settings);
    child.stdout?.destroy();
    const errors: string[] = [];
    child.stderr?.on('data', (chunk) => errors.push(String(chunk)));
    await new Promise((resolve) => void child.once('exit', resolve));
    expect(errors.join('')).not.toContain('    at ');
  });

  it.each([
    [['audit'], 'head, verify or export'],
    [['audit', 'verfy'], 'Did you mean "verify"?'],
    [['audit', 'verify', '--head', '1'], '<segment>:<mac>'],
    [['audit', 'export'], 'events|calls'],
    [['audit', 'export', 'events', '--from', 'yesterday'], 'is no time'],
    [['backup'], 'plugboard backup <file>'],
    [['restore', '--include-key'], 'There is no option --include-key'],
  ])('%j is refused with a sentence, and 2', async (args, sentence) => {
    const { code, stdout, stderr } = await runCli(args, settings);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  });

  it('tells the refusals of the server, and that there is none', async () => {
    const narrow = await instance.keyWith({ role: 'MEMBER', scopes: ['tools:read'] });
    const refused = await runCli(['audit', 'export', 'events'], { ...settings, PLUGBOARD_KEY: narrow });
    expect(refused).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('needs the role ADMIN') });
    const nobody = await runCli(['audit', 'verify'], { ...settings, PLUGBOARD_URL: 'http://127.0.0.1:1' });
    expect(nobody).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing answers') });
  });
});
