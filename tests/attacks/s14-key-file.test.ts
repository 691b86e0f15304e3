import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadMasterKeys } from '../../server/src/vault/master-keys.ts';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plugboard-key-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

it.each(['640', '604', '660', '644'])('S14: a master key file of mode %s is refused', async (mode) => {
  const { file } = await loadMasterKeys({ masterKeys: [], dataDir });
  await chmod(file ?? '', mode);
  await expect(loadMasterKeys({ masterKeys: [], dataDir })).rejects.toThrow(`(mode ${mode}). Run: chmod 600 ${file}`);
});

it.each(['', 'k1:', 'k1:c2hvcnQ=', `${Buffer.alloc(32).toString('base64')}\n`])(
  'S14: a damaged master key file is refused, never replaced (%j)',
  async (text) => {
    await writeFile(join(dataDir, 'master.key'), text, { mode: 0o600 });
    await expect(loadMasterKeys({ masterKeys: [], dataDir })).rejects.toThrow('is damaged');
  },
);
