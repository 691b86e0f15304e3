import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordCalls, sealNow } from '../../tests/support/audit.ts';
import { commandLine } from '../../tests/support/command-line.ts';
import { loose } from '../../tests/support/loose-database.ts';
import { type StartedInstance, startInstance } from '../../tests/support/instance.ts';

const line = commandLine();
const folder = line.home;
let instance: StartedInstance;
let settings: Record<string, string>;
let calls: string[];

beforeAll(async () => {
  instance = await startInstance({ databaseUrl: undefined, dataDir: join(folder, 'data') }, { port: 0 });
  settings = { PLUGBOARD_URL: await instance.listen(), PLUGBOARD_KEY: instance.adminKey };
  const { workspaceId } = instance.home.caller;
  calls = await recordCalls(instance.app, workspaceId, { count: 300 });
  await sealNow(instance.app, workspaceId);
  return () => instance.stop();
});

const run = (args: readonly string[], env = settings) => line.run(args, { env });

describe('plugboard audit', () => {
  it('shows the head, and verifies against one that was kept', async () => {
    const head = await run(['audit', 'head']);
    expect(head).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+:[0-9a-f]{64}\n$/) });
    const verified = await run(['audit', 'verify', '--head', head.stdout.trim()]);
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The records are as they were sealed'),
      stderr: '',
    });
    const another = await run(['audit', 'verify', '--json', '--head', `1:${'0'.repeat(64)}`]);
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
    const { code, stdout } = await run(['audit', 'verify']);
    await change('get_ticket');
    expect(code).toBe(1);
    expect(stdout).toContain('altered_row');
    expect(stdout).toContain(calls[7]);
  });

  it('exports to standard output or into a file for its owner alone, and never replaces one', async () => {
    const out = join(folder, 'calls.ndjson');
    const piped = await run(['audit', 'export', 'calls']);
    const saved = await run(['audit', 'export', 'calls', '--out', out]);
    expect([piped.code, saved.code, saved.stdout]).toEqual([0, 0, '']);
    expect(readFileSync(out, 'utf8')).toBe(piped.stdout);
    const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key } = settings;
    const sent = await fetch(`${url}/api/v1/calls/export`, { headers: { authorization: `Bearer ${key}` } });
    expect(recordsOf(piped.stdout)).toBe(recordsOf(await sent.text()));
    expect(piped.stdout.split('\n')).toHaveLength(302);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await run(['audit', 'export', 'calls', '--out', out])).toMatchObject({ code: 2 });
    const none = await run(['audit', 'export', 'calls', '--to', '2020-01-01']);
    expect(none.stdout).toMatch(/^\{"end":\{"records":0,/);
  });

  it('a reader that leaves is no crash', async () => {
    const { child, end } = line.start(['audit', 'export', 'calls'], { env: settings });
    child.stdout?.destroy();
    expect(await end).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The export was cut off: [^\n]+\n$/) });
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
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  });

  it('tells the refusals of the server, and that there is none', async () => {
    const narrow = await instance.keyWith({ role: 'MEMBER', scopes: ['tools:read'] });
    const refused = await run(['audit', 'export', 'events'], { ...settings, PLUGBOARD_KEY: narrow });
    expect(refused).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('needs the role ADMIN') });
    const nobody = await run(['audit', 'verify'], { ...settings, PLUGBOARD_URL: 'http://127.0.0.1:1' });
    expect(nobody).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing answers') });
  });
});

/** The lines without the last one, which tells when they were exported. */
function recordsOf(lines: string): string {
  return lines.slice(0, lines.lastIndexOf('\n', lines.length - 2));
}
