import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../../tests/support/command-line.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newDatabases } from '../../../tests/support/databases.ts';
import { type ListeningPlugboard, startListening } from '../../../tests/support/listening.ts';
import { mcpClients } from './clients.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
let plugboard: ListeningPlugboard;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  plugboard = await startListening(await databases.migrated());
  env = { PLUGBOARD_URL: plugboard.publicUrl, PLUGBOARD_KEY: plugboard.adminKey };
});

const config = (...args: string[]) => line.run(['mcp', 'config', ...args], { env });
const keyIn = (text: string): string => /Bearer (pb_[\w-]+)/.exec(text)?.[1] ?? '';
const callerOf = async (key: string) => (await plugboard.call('GET /api/v1/me', { key })).body['caller'];
const keys = async () => (await plugboard.call('GET /api/v1/api-keys?limit=100')).body['data'];

describe('plugboard mcp config', () => {
  it.each([
    ['claude', '.claude.json'],
    ['cursor', '.cursor/mcp.json'],
    ['vscode', '.config/Code/User/mcp.json'],
    ['codex', '.codex/config.toml'],
  ])('writes the file of %s, for its owner alone, with an agent key of its own', async (client, path) => {
    covers('cli/mcp-config');
    const done = await config('--client', client, '--write');
    expect(done).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('plugboard keys revoke') });
    const file = join(line.home, path);
    const text = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(text).toContain(`${plugboard.publicUrl}/mcp`);
    expect(await callerOf(keyIn(text))).toMatchObject({ key: { kind: 'agent' } });
    expect(done.stdout).not.toContain(keyIn(text));
  });

  it('prints it where nothing is to be written', async () => {
    covers('cli/mcp-config');
    const { code, stdout } = await config('--client', 'claude', '--name', 'work');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).mcpServers.work).toMatchObject({ type: 'http', url: `${plugboard.publicUrl}/mcp` });
    expect(JSON.parse((await config('--client', 'codex', '--json')).stdout)).toMatchObject({ key: expect.any(String) });
  });

  it('keeps everything else of the file, and a link a link', async () => {
    covers('cli/mcp-config');
    const file = join(line.home, 'linked.json');
    const real = join(line.home, 'dotfiles/mcp.json');
    mkdirSync(dirname(real));
    const before = { theme: 'dark', mcpServers: { other: { command: 'x' } }, last: [1] };
    writeFileSync(real, JSON.stringify(before, null, 4), { mode: 0o644 });
    symlinkSync(real, file);
    expect(await config('--client', 'cursor', '--write', '--file', file)).toMatchObject({ code: 0 });
    const after = JSON.parse(readFileSync(real, 'utf8'));
    expect(after).toMatchObject(before);
    expect(Object.keys(after)).toEqual(['theme', 'mcpServers', 'last']);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(real))).toEqual(['mcp.json']);
  });

  it.each([
    ['claude', '{"mcpServers":{"plugboard":{"mine":true}}}', 'has "plugboard" already'],
    ['vscode', '{ // a comment\n "servers": {} }', 'not plain JSON'],
    ['cursor', '{"mcpServers":[]}', 'is no object'],
    ['codex', '[mcp_servers."plugboard"]\nurl = "x"\n', 'has "plugboard" already'],
    ['codex', 'mcp_servers = {}\n', 'in another way'],
  ])('leaves a file of %s alone that holds %j, and makes no key', async (client, text, reason) => {
    covers('cli/mcp-config');
    const file = join(line.home, 'taken');
    writeFileSync(file, text);
    const before = await keys();
    const refused = await config('--client', client, '--write', '--file', file);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await keys()).toEqual(before);
  });

  it('leaves alone what is no file, which may have no end', async () => {
    covers('cli/mcp-config');
    const before = await keys();
    const refused = await config('--client', 'cursor', '--write', '--file', '/dev/zero');
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('is no file') });
    expect(await keys()).toEqual(before);
  });

  it('looks through a long file of Codex quickly', () => {
    const text = '\n'.repeat(1_000_000);
    const entry = { name: 'plugboard', url: 'http://localhost:7400/mcp', key: 'pb_x' };
    expect(mcpClients.get('codex')?.merge(text, entry)).toMatchObject({ ok: true });
  });

  it('adds to a file of Codex what is a table of its own', async () => {
    const file = join(line.home, 'codex.toml');
    writeFileSync(file, 'model = "x"\n\n[mcp_servers.other]\nurl = "y"');
    expect(await config('--client', 'codex', '--write', '--file', file)).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toMatch(
      /^model = "x"\n\n\[mcp_servers\.other\]\nurl = "y"\n\n\[mcp_servers\.plugboard\]\nurl = "http/,
    );
  });

  it('ends the key again where the file cannot be written', async () => {
    const before = await keys();
    symlinkSync(join(line.home, 'nowhere/at/all'), join(line.home, 'dangling'));
    const refused = await config('--client', 'claude', '--write', '--file', join(line.home, 'dangling/mcp.json'));
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.not.stringContaining('    at ') });
    expect(await keys()).toEqual(before);
  });

  it.each([
    [[], 'Say which client'],
    [['--client', 'cusor'], 'Did you mean "cursor"?'],
    [['--client', 'claude', '--name', 'a b'], '--name'],
    [['--client', 'claude', '--file', 'x'], '--write'],
  ])('%j is refused with a sentence, and 2', async (args, sentence) => {
    expect(await config(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it('takes a key that may make keys', async () => {
    const agent = { ...env, PLUGBOARD_KEY: await plugboard.mint({ kind: 'agent' }) };
    expect(await line.run(['mcp', 'config', '--client', 'claude'], { env: agent })).toMatchObject({
      code: 4,
      stdout: '',
    });
  });
});
