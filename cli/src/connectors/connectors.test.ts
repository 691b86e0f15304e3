import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../../tests/support/command-line.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newDatabases } from '../../../tests/support/databases.ts';
import { type ListeningPlugboard, startListening } from '../../../tests/support/listening.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
const [own, two] = [join(line.home, 'own'), join(line.home, 'two')];
const manifest = join(own, 'acme-desk/connector.yaml');
let plugboard: ListeningPlugboard;

beforeAll(async () => {
  const made = await line.run(['connectors', 'new', 'acme-desk', '--folder', own, '--name', 'Acme: "Desk"']);
  expect(made).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('connectors check') });
  plugboard = await startListening(await databases.migrated(), { catalogDirs: [own] });
});

describe('a connector of one’s own', () => {
  it('passes the check as it is made, and the server takes it', async () => {
    covers('cli/connectors');
    const good = { code: 0, stdout: expect.stringContaining('Connectors: 1. Tools: 1.') };
    expect(await line.run(['connectors', 'check', own])).toMatchObject(good);
    expect(await line.run(['connectors', 'check', join(own, 'acme-desk')])).toMatchObject(good);
    const env = { PLUGBOARD_URL: plugboard.publicUrl, PLUGBOARD_KEY: plugboard.adminKey };
    const shown = await line.run(['connectors', 'show', 'acme-desk'], { env });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('list_items') });
    expect(shown.stdout).toMatch(/^token +Access token +always +required, secret/m);
    expect((await line.run(['connectors', 'list', '--search', 'desk'], { env })).stdout).toMatch(
      /^acme-desk +Acme: "Desk"/m,
    );
  });

  it('is told by file, line and key what is wrong with it', async () => {
    covers('cli/connectors', 'cli/json');
    const good = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, good.replace('auth_mode: pat', 'auth_mode: pta'));
    const found = await line.run(['connectors', 'check', join(own, 'acme-desk')]);
    expect(found).toMatchObject({ code: 1, stdout: expect.stringMatching(/connector\.yaml:\d+ auth_mode: /) });
    const told = JSON.parse((await line.run(['connectors', 'check', own, '--json'])).stdout);
    expect(told).toMatchObject({ ok: false, problems: [{ key: 'auth_mode', line: expect.any(Number) }] });
    writeFileSync(manifest, good);
    rmSync(join(manifest, '../README.md'));
    expect((await line.run(['connectors', 'check', own])).stdout).toContain('every connector has a guide');
    writeFileSync(join(manifest, '../README.md'), '# Acme\n\n## Setup\n');
  });

  it('never takes the place of a folder that is there', async () => {
    const before = readFileSync(manifest, 'utf8');
    const again = await line.run(['connectors', 'new', 'acme-desk', '--folder', own]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('must not be there yet') });
    expect(readFileSync(manifest, 'utf8')).toBe(before);
  });

  it('made twice at once is one whole connector', async () => {
    covers('cli/two-at-once');
    const both = await Promise.all([1, 2].map(() => line.run(['connectors', 'new', 'twice', '--folder', two])));
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 2]);
    expect(await line.run(['connectors', 'check', two])).toMatchObject({ code: 0 });
  });

  it.each([
    [['connectors', 'new'], 2, 'plugboard connectors new'],
    [['connectors', 'new', 'Acme Desk'], 2, 'a-z'],
    [['connectors', 'check', 'nowhere'], 1, 'not a folder'],
    [['connectors', 'chek'], 2, 'Did you mean "check"?'],
  ])('%j is %i and says what to do', async (args, code, sentence) => {
    const { stdout, stderr, ...end } = await line.run(args);
    expect(end.code).toBe(code);
    expect(stdout + stderr).toContain(sentence);
  });
});
