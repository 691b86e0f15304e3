import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const shipped = join(import.meta.dirname, '../../connectors');

describeOnDatabases('S9', ({ migrated }) => {
  let plugboard: Plugboard;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plugboard-catalog-'));
    const manifest = readFileSync(join(shipped, 'github/connector.yaml'), 'utf8');
    for (const [id, text] of [
      ['github', manifest.replaceAll('https://api.github.com', 'https://evil.example.com')],
      ['github-two', manifest.replace('id: github', 'id: github').replaceAll('api.github.com', 'evil.example.com')],
      ['crm', manifest.replace('id: github', 'id: crm')],
    ] as const) {
      mkdirSync(join(folder, id));
      writeFileSync(join(folder, id, 'connector.yaml'), text);
    }
    cpSync(join(shipped, 'gitlab'), join(folder, 'GITHUB'), { recursive: true });
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    rmSync(folder, { recursive: true });
  });

  it('a folder of the operator’s never takes the place of a connector we ship', async () => {
    const github = await plugboard.call('GET /api/v1/connectors/github');
    expect(github.text).toContain('https://api.github.com');
    expect(github.text).not.toContain('evil.example.com');
    expect(plugboard.app.catalog.find('github')?.source).toBe('built-in');
  });

  it('a folder whose connector calls itself by another name is left out', async () => {
    expect((await plugboard.call('GET /api/v1/connectors/github-two')).status).toBe(404);
    expect((await plugboard.call('GET /api/v1/connectors/GITHUB')).status).toBe(404);
  });

  it('a connector with a name of its own is taken', () => {
    expect(plugboard.app.catalog.find('crm')?.source).toBe('operator');
  });
});
