import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../../tests/support/command-line.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newDatabases } from '../../../tests/support/databases.ts';
import { type ListeningPlugboard, startListening } from '../../../tests/support/listening.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
const folder = join(line.home, '.config/plugboard/profiles');
let plugboard: ListeningPlugboard;

beforeAll(async () => {
  plugboard = await startListening(await databases.migrated());
});

const login = (key: string, ...args: string[]) =>
  line.run(['login', '--url', plugboard.publicUrl, ...args], { input: `${key}\n` });

describe('plugboard login', () => {
  it('keeps a key that the server takes, for its owner alone, and later commands use it', async () => {
    covers('cli/login');
    const done = await login(plugboard.adminKey);
    expect(done).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('OWNER in default') });
    expect(done.stdout).not.toContain(plugboard.adminKey);
    const file = join(folder, 'default.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: plugboard.publicUrl, key: plugboard.adminKey });
    const status = await line.run(['status']);
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining(plugboard.publicUrl) });
    expect(status.stdout).toContain('none yet: plugboard connect');
  });

  it('keeps nothing where the server refuses the key, or is not there', async () => {
    covers('cli/login', 'cli/exit-codes');
    const wrong = await login('pb_wrong', '--profile', 'wrong');
    expect(wrong).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('plugboard login') });
    const away = await line.run(['login', '--url', 'http://127.0.0.1:1', '--profile', 'away'], { input: 'pb_x' });
    expect(away).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing answers at http://127.0.0.1:1') });
    const empty = await login('', '--profile', 'empty');
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('one word') });
    expect(readdirSync(folder)).toEqual(['default.json']);
  });

  it('asks on a terminal, and never shows the key', async () => {
    covers('cli/hidden');
    const done = await line.type(
      ['login', '--profile', 'typed'],
      [
        ['Address of the server', `${plugboard.publicUrl}\r`],
        ['API key', `${plugboard.adminKey}\r`],
      ],
    );
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('Profile: typed') });
    expect(done.stdout).not.toContain(plugboard.adminKey);
    expect(existsSync(join(folder, 'typed.json'))).toBe(true);
  });

  it('broken off at the question is 130, and nothing is kept', async () => {
    covers('cli/broken-off');
    const args = ['login', '--url', plugboard.publicUrl, '--profile', 'off'];
    expect(await line.type(args, [['API key', 'pb_half\u0003']])).toMatchObject({ code: 130 });
    expect(existsSync(join(folder, 'off.json'))).toBe(false);
  });

  it('twice at once leaves one whole file', async () => {
    covers('cli/two-at-once');
    const both = await Promise.all([1, 2].map(() => login(plugboard.adminKey, '--profile', 'both')));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(JSON.parse(readFileSync(join(folder, 'both.json'), 'utf8'))).toMatchObject({ url: plugboard.publicUrl });
    expect(readdirSync(folder).filter((name) => !name.endsWith('.json'))).toEqual([]);
  });
});

describe('profiles', () => {
  it('are chosen by --profile, by PLUGBOARD_PROFILE, and after what the environment says of a server', async () => {
    covers('cli/profiles');
    const agent = await plugboard.mint({ kind: 'agent' });
    await login(agent, '--profile', 'agent');
    const kindOf = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const { caller } = JSON.parse((await line.run(['status', '--json', ...args], { env })).stdout);
      return caller.key?.kind;
    };
    expect(await kindOf(['--profile', 'agent'])).toBe('agent');
    expect(await kindOf([], { PLUGBOARD_PROFILE: 'agent' })).toBe('agent');
    expect(await kindOf([])).toBe('person');
    expect(await kindOf([], { PLUGBOARD_URL: plugboard.publicUrl, PLUGBOARD_KEY: agent })).toBe('agent');
    const listed = await line.run(['profiles']);
    expect(listed.stdout).toMatch(/^agent +http/m);
    expect(listed.stdout).not.toContain('pb_');
  });

  it('S28: the key of a profile goes to its own server alone', async () => {
    covers('cli/profiles');
    const elsewhere = await line.run(['status', '--url', 'http://plugboard.invalid']);
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('No key was found') });
    const mixed = await line.run(['status', '--profile', 'default', '--url', 'http://plugboard.invalid']);
    expect(mixed).toMatchObject({ code: 2, stderr: expect.stringContaining('leave --url') });
  });

  it.each([
    [['status', '--profile', 'nobody'], 2, 'plugboard login --profile nobody'],
    [['status', '--profile', '../x'], 2, 'letters, digits'],
    [['logout', '--profile', 'nobody'], 5, 'no profile'],
  ])('%j is %i and says what to do', async (args, code, sentence) => {
    expect(await line.run(args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it('that are damaged say so, and are forgotten by logout', async () => {
    covers('cli/profiles');
    writeFileSync(join(folder, 'torn.json'), '{"url": "http');
    expect(await line.run(['status', '--profile', 'torn'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is damaged. Sign in again'),
    });
    expect((await line.run(['profiles'])).stdout).toMatch(/^torn +damaged/m);
    expect(await line.run(['logout', '--profile', 'torn'])).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'torn.json'))).toBe(false);
  });
});
