import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadMasterKeys } from './master-keys.ts';

const older = { id: 'older', key: Buffer.alloc(32, 1) };
const newer = { id: 'newer', key: Buffer.alloc(32, 2) };

describe('master keys', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'plugboard-keys-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('come from the configuration: the first seals, all of them open', async () => {
    const keys = await loadMasterKeys({ masterKeys: [newer, older], dataDir: root });
    expect(keys.sealing).toBe(newer);
    expect([...keys.byId.keys()]).toEqual(['newer', 'older']);
    expect(keys.file).toBeUndefined();
    expect(await readdir(root)).toEqual([]);
  });

  it('must differ in their ids and have 32 bytes', async () => {
    const twice = { masterKeys: [newer, { ...older, id: 'newer' }], dataDir: root };
    await expect(loadMasterKeys(twice)).rejects.toThrow('Two master keys have the same id');
    const short = { masterKeys: [{ id: 'short', key: Buffer.alloc(16) }], dataDir: root };
    await expect(loadMasterKeys(short)).rejects.toThrow('must have 32 bytes');
  });

  it('are made into the data directory at the first start, for its owner alone, and read from then on', async () => {
    const dataDir = join(root, 'not', 'there', 'yet');
    const made = await loadMasterKeys({ masterKeys: [], dataDir });
    expect(made.file).toBe(join(dataDir, 'master.key'));
    expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dataDir, 'master.key'), 'utf8')).toBe(
      `${made.sealing.id}:${made.sealing.key.toString('base64')}\n`,
    );
    expect(await readdir(dataDir)).toEqual(['master.key']);
    expect((await loadMasterKeys({ masterKeys: [], dataDir })).sealing).toEqual(made.sealing);
  });

  it('are the same for everyone who starts at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => loadMasterKeys({ masterKeys: [], dataDir: join(root, 'data') })),
    );
    expect(new Set(all.map(({ sealing }) => sealing.key.toString('hex'))).size).toBe(1);
    expect(await readdir(join(root, 'data'))).toEqual(['master.key']);
  });
});
