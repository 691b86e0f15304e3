import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Asking, startAsking } from '../../../tests/support/asking.ts';
import { commandLine } from '../../../tests/support/command-line.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newDatabases } from '../../../tests/support/databases.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
let asking: Asking;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  asking = await startAsking(await databases.migrated());
  env = { PLUGBOARD_URL: asking.plugboard.publicUrl, PLUGBOARD_KEY: asking.plugboard.adminKey };
  return () => asking.gitlab.stop();
});

const read = (project: string) => asking.call({ project }, { tool: 'list_issues' });
const lines = (out: string): readonly string[] => out.trim().split('\n');

describe('plugboard events and calls', () => {
  it('show what is on record, and then what comes, a line of JSON each', async () => {
    covers('cli/records', 'cli/json');
    await read('acme/api');
    const running = line.start(['calls', 'tail', '--json'], { env });
    await running.says('"list_issues"');
    await read('acme/nowhere');
    await running.says('"rejected"');
    running.child.kill('SIGINT');
    const { code, stdout } = await running.end;
    expect(code).toBe(130);
    const ids = lines(stdout).map((row) => JSON.parse(row).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('show as many as is asked for, oldest first, and end', async () => {
    covers('cli/records');
    const { code, stdout } = await line.run(['events', 'tail', '--lines', '3', '--no-follow', '--json'], { env });
    expect(code).toBe(0);
    const times = lines(stdout).map((row) => JSON.parse(row).at);
    expect(times).toHaveLength(3);
    expect(times).toEqual([...times].toSorted());
    expect(await line.run(['events', 'tail', '--lines', '0', '--no-follow'], { env })).toMatchObject({
      code: 0,
      stdout: '',
    });
    const shown = await line.run(['events', 'tail', '--no-follow', '--type', 'connection.connected'], { env });
    expect(shown.stdout).toMatch(/^\S+ {2}connection\.connected {2}connection:\S+ {2}by /);
  });

  it('are exported whole', async () => {
    covers('cli/records');
    const { code, stdout } = await line.run(['events', 'export'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(lines(stdout).at(-1) ?? '')).toHaveProperty('end');
  });

  it.each([
    [['events', 'tail', '--lines', 'x'], 2, '--lines'],
    [['events', 'tial'], 2, 'Did you mean "tail"?'],
    [['calls', 'export', '--from', 'x'], 2, 'no time'],
  ])('%j is %i and says what to do', async (args, code, sentence) => {
    expect(await line.run(args, { env })).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(sentence),
    });
  });

  it('need a key that may see them', async () => {
    covers('cli/exit-codes');
    const agent = { ...env, PLUGBOARD_KEY: asking.agent };
    expect(await line.run(['events', 'tail'], { env: agent })).toMatchObject({ code: 4, stdout: '' });
  });
});

describe('a reader that goes away', () => {
  const main = join(import.meta.dirname, '../main.ts');

  /** The first line alone, as `| head -1` reads it. */
  async function head(...args: string[]) {
    const words = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
    const child = spawn('/bin/sh', ['-c', `${words} | head -1`], { env: { ...env, PATH: process.env['PATH'] ?? '' } });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { stdout, stderr, code: Number(code) };
  }

  it.each([[['connectors', 'list', '--json']], [['tools', 'list']], [['events', 'export']], [['help']]])(
    'ends %j quietly',
    async (args) => {
      covers('cli/pipes');
      const read = await head(...args);
      expect(read).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/EPIPE| at /) });
      expect(lines(read.stdout)).toHaveLength(1);
    },
  );

  it('ends what would go on for ever', async () => {
    covers('cli/pipes');
    const reading = head('calls', 'tail', '--json');
    const again = setInterval(() => void read('acme/api'), 300);
    expect(await reading).toMatchObject({ code: 0, stderr: '' });
    clearInterval(again);
  });
});

describe('colours', () => {
  it('are on a terminal, and nowhere else', async () => {
    covers('cli/pipes');
    const piped = await line.run(['connections', 'list'], { env: { ...env, PLUGBOARD_KEY: asking.ann.token } });
    expect(piped.stdout).not.toContain('\u001b[');
    const shown = await line.type(['connections', 'list'], [], { ...env, PLUGBOARD_KEY: asking.ann.token });
    expect(shown.stdout).toContain('\u001b[32mconnected\u001b[39m');
    const never = await line.type(['connections', 'list'], [], { ...env, NO_COLOR: '1' });
    expect(never.stdout).not.toContain('\u001b[');
  });
});
