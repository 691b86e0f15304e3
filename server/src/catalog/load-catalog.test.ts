import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalog } from './load-catalog.ts';
import { listManifests, readManifests } from './manifest/read-folder.ts';
import { readIcon } from './marks/read-icon.ts';
import { takeSnapshot } from './snapshot.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'catalog-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const manifest = (id: string, name = id) =>
  `{schema: 1, id: ${id}, name: ${name}, version: 1.0.0, description: Something of ${id}., category: testing, auth_mode: none, brand_logo: github, brand_color: '#112233', http: {base_url: 'https://${id}.example'}}`;

async function put(folder: string, id: string, text = manifest(id)): Promise<string> {
  await mkdir(join(root, folder, id), { recursive: true });
  await writeFile(join(root, folder, id, 'connector.yaml'), text);
  return join(root, folder);
}

async function snapshotOf(folder: string): Promise<string> {
  const { files, problems } = await listManifests(folder);
  const { connectors } = readManifests(files, { source: 'built-in', problems });
  const file = join(root, 'catalog.json');
  await writeFile(file, JSON.stringify(takeSnapshot(files, connectors, readIcon)));
  return file;
}

describe('loadCatalog', () => {
  it('lists connectors of all folders by id, and finds them', async () => {
    const folder = await put('built-in', 'zeta');
    await put('built-in', 'alpha');
    const dir = await put('theirs', 'mine');
    const { catalog, problems } = await loadCatalog({ builtIn: { folder }, dirs: [dir] });
    expect(problems).toEqual([]);
    expect(catalog.list().map(({ id, source }) => `${id} ${source}`)).toEqual([
      'alpha built-in',
      'mine operator',
      'zeta built-in',
    ]);
    expect(catalog.find('zeta')?.name).toBe('zeta');
    expect(catalog.find('nothing')).toBeUndefined();
    expect(catalog.brandMark('alpha')).toContain('<path');
  });

  it('leaves a broken one out and says so; the rest works', async () => {
    const folder = await put('built-in', 'alpha');
    await put('built-in', 'broken', 'schema: 2\n');
    await put('built-in', 'renamed', manifest('other'));
    await mkdir(join(folder, 'empty'));
    const { catalog, problems } = await loadCatalog({ builtIn: { folder }, dirs: [join(root, 'nowhere')] });
    expect(catalog.list().map(({ id }) => id)).toEqual(['alpha']);
    expect(problems.map(({ file }) => file)).toEqual(
      expect.arrayContaining(
        ['broken', 'renamed', 'empty'].map((id) => join(folder, id, 'connector.yaml')).concat(join(root, 'nowhere')),
      ),
    );
    expect(problems).toContainEqual(
      expect.objectContaining({ key: 'id', message: 'is "other", but the folder is called "renamed"' }),
    );
  });

  it('never lets a folder of the operator replace what we ship (S9), nor another folder', async () => {
    const folder = await put('built-in', 'github', manifest('github', 'Ours'));
    const first = await put('first', 'github', manifest('github', 'Theirs'));
    await put('first', 'mine', manifest('mine', 'First'));
    const second = await put('second', 'mine', manifest('mine', 'Second'));
    const { catalog, problems } = await loadCatalog({ builtIn: { folder }, dirs: [first, second] });
    expect(catalog.list().map(({ name, source }) => `${name} ${source}`)).toEqual(['Ours built-in', 'First operator']);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('"github" is the id of a connector that comes with Plugboard, which is never replaced'),
      expect.stringContaining('"mine" is the id of a connector of an earlier catalog folder'),
    ]);
  });

  it('starts from a snapshot alone, the same to the last byte', async () => {
    const folder = await put('built-in', 'alpha');
    const snapshot = await snapshotOf(folder);
    const fromFolder = await loadCatalog({ builtIn: { folder }, dirs: [] });
    const fromSnapshot = await loadCatalog({ builtIn: { snapshot }, dirs: [] });
    expect(fromSnapshot.catalog.list()).toEqual(fromFolder.catalog.list());
    expect(fromSnapshot.catalog.listEtag).toBe(fromFolder.catalog.listEtag);
    expect(fromSnapshot.catalog.brandMark('alpha')).toBe(fromFolder.catalog.brandMark('alpha'));
  });

  it('prefers the folder once it has changed since the snapshot', async () => {
    const folder = await put('built-in', 'alpha');
    const snapshot = await snapshotOf(folder);
    const before = await loadCatalog({ builtIn: { folder, snapshot }, dirs: [] });
    await put('built-in', 'beta');
    const after = await loadCatalog({ builtIn: { folder, snapshot }, dirs: [] });
    expect([before, after].map(({ catalog }) => catalog.list().length)).toEqual([1, 2]);
    expect(after.catalog.listEtag).not.toBe(before.catalog.listEtag);
  });

  it.each([['{}'], ['not json'], ['{"format":1,"hash":"x","connectors":[],"icons":{}}']])(
    'offers nothing from a damaged snapshot: %s',
    async (text) => {
      const snapshot = join(root, 'catalog.json');
      await writeFile(snapshot, text);
      const { catalog, problems } = await loadCatalog({ builtIn: { snapshot }, dirs: [] });
      expect([catalog.list(), problems.length]).toEqual([[], 1]);
    },
  );
});
