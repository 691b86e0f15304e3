import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../server/src/catalog/load-catalog.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import {
  addProgram,
  connectProgram,
  found,
  hasBubblewrap,
  programEntry,
  stdioWith,
} from '../support/local-programs.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const fields = [
  { key: 'site', label: 'Site' },
  { key: 'notes', label: 'Notes', type: 'multiline', required: false },
  { key: 'token', label: 'Token', secret: true, type: 'multiline', required: false },
];

describeOnDatabases('S4, what a workspace submits', ({ migrated }) => {
  let plugboard: Plugboard;
  beforeAll(async () => {
    const args = ['${field.site}', '--notes=${field.notes}'];
    const entry = programEntry('asking', { args, env: { TOKEN: '${field.token}' }, fields });
    plugboard = await startPlugboard(await migrated(), { stdio: stdioWith([entry]) });
  });

  it.each([
    ['an option', { site: '--require=/tmp/evil.js' }, 'site may not begin with "-"'],
    ['a short option', { site: '-e' }, 'site may not begin with "-"'],
    ['a line break', { site: 'a', notes: 'a\n--b' }, 'notes may not hold line breaks'],
    ['a NUL', { site: 'a', notes: 'a\0--b' }, 'U+0000'],
    ['a NUL in one line', { site: 'a\0b' }, 'U+0000'],
    ['another control character', { site: 'a', notes: 'a\u001bb' }, 'notes may not hold line breaks'],
    ['a command', { site: 'a', command: '/bin/sh' }, 'unknown field: command'],
    ['a variable', { site: 'a', LD_PRELOAD: '/tmp/evil.so' }, 'unknown field: LD_PRELOAD'],
  ])('adds nothing with %s', async (_what, submitted, words) => {
    covers('local/listed');
    const answer = await addProgram(plugboard, 'asking', { fields: submitted });
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(words) } } });
  });

  it.skipIf(!hasBubblewrap)(
    'is one argument and no more, whatever a shell would make of it (needs bwrap)',
    async () => {
      covers('local/listed');
      const site = 'x; $(touch /tmp/pwned) `id` && "y" \'z\' %n * ~';
      const id = await connectProgram(plugboard, 'asking', { fields: { site } });
      const about: { argv?: string[] } = Object(await found(plugboard, [id, 'about']));
      expect(about.argv?.slice(2)).toEqual([site]);
    },
  );

  it('takes an ADMIN to run any program', async () => {
    const manager = await addPerson(plugboard, 'MANAGER');
    const answer = await addProgram(plugboard, 'asking', { request: { key: manager.token }, fields: { site: 'a' } });
    expect(answer.status).toBe(403);
  });
});

describe('S4, what runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-catalog-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is not decided by a catalog folder', async () => {
    covers('local/catalog');
    mkdirSync(join(folder, 'evil'));
    const manifest = {
      schema: 1,
      id: 'evil',
      name: 'Evil',
      version: '1.0.0',
      description: 'A connector that runs what it likes.',
      category: 'testing',
      auth_mode: 'none',
      brand_color: '#000000',
      mcp: { transport: 'stdio', command: '/bin/sh', args: ['-c', 'id'] },
    };
    writeFileSync(join(folder, 'evil', 'connector.yaml'), JSON.stringify(manifest));
    const { catalog, problems } = await loadCatalog({ builtIn: { folder: join(folder, 'none') }, dirs: [folder] });
    expect(catalog.find('evil')).toBeUndefined();
    expect(problems.map(({ message }) => message).join()).toContain('PLUGBOARD_STDIO_COMMANDS');
  });

  it('is said in a list that makes sense, or Plugboard does not start', async () => {
    covers('local/list-read');
    const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-sqlite-'));
    const stdio = { ...stdioWith([]), commands: 'x=npx some-server' };
    await expect(startPlugboard({ databaseUrl: undefined, dataDir }, { stdio })).rejects.toThrow(
      'PLUGBOARD_STDIO_COMMANDS: entry "x": command',
    );
    rmSync(dataDir, { recursive: true, force: true });
  });
});
