import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { StdioConfig } from '../../server/src/config.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { covers } from '../support/covers.ts';
import {
  addProgram,
  callProgram,
  connectProgram,
  found,
  processesWith,
  programEntry,
  stdioWith,
} from '../support/local-programs.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const isRoot = process.getuid?.() === 0;

describe('S4, where there is no bubblewrap', () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const start = async (mark: string, more: Partial<StdioConfig> = {}, mode = 0o700) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-data-'));
    folders.push(dataDir);
    chmodSync(dataDir, mode);
    writeFileSync(join(dataDir, 'master.key'), 'the master key', { mode: 0o600 });
    const fields = [{ key: 'token', label: 'Token', secret: true }];
    const entry = programEntry('plain', { args: [`--name=${mark}`], env: { TOKEN: '${field.token}' }, fields });
    const stdio = stdioWith([entry], { bubblewrap: '/nonexistent/bwrap', ...more });
    const plugboard = await startPlugboard({ databaseUrl: undefined, dataDir }, { stdio });
    return { plugboard, dataDir };
  };
  const connected = (plugboard: Pick<Plugboard, 'call'>, token = 'token-0123456789') =>
    connectProgram(plugboard, 'plain', { fields: { token } });
  const read = async (plugboard: Pick<Plugboard, 'call'>, id: string, paths: readonly string[]): Promise<unknown[]> =>
    Object.values(Object(await found(plugboard, [id, 'read'], { paths })));

  describe('and no other user', () => {
    it('programs run while there is one workspace; a second one ends them, and neither gets another', async () => {
      covers('local/unconfined');
      const mark = newId();
      const { plugboard } = await start(mark);
      const id = await connected(plugboard);
      expect(await found(plugboard, [id, 'echo'], { here: 1 })).toEqual({ here: 1 });
      const there = await anotherWorkspace(plugboard);
      await vi.waitUntil(() => processesWith(mark).length === 0, { timeout: 20_000 });
      const words = { message: expect.stringContaining('single workspace') };
      const again = () => callProgram(plugboard, [id, 'echo']);
      await expect.poll(again).toMatchObject({ status: 'unavailable', ...words });
      const added = await addProgram(there, 'plain', { fields: { token: 'token-0123456789' } });
      const test = await there.call(`POST /api/v1/integrations/${String(added.body['id'])}/test`);
      expect(test.body).toMatchObject({ status: 'error', ...words });
    });
  });

  describe.skipIf(!isRoot)('but other users (needs root)', () => {
    it('a program reads neither our data nor our memory', async () => {
      covers('local/users');
      const { plugboard, dataDir } = await start(newId(), { user: '61000' });
      const id = await connected(plugboard);
      expect(await found(plugboard, [id, 'about'])).toMatchObject({ env: { HOME: '/tmp' } });
      const paths = [dataDir, join(dataDir, 'master.key'), `/proc/${process.pid}/environ`, `/proc/${process.pid}/mem`];
      expect(await read(plugboard, id, paths)).toEqual(['EACCES', 'EACCES', 'EACCES', 'EACCES']);
      expect(await found(plugboard, [id, 'signal'], { pid: process.pid })).toBe('EPERM');
    });

    it('with a range each has one to itself, also for several workspaces, and none reads another', async () => {
      covers('local/users', 'local/unconfined');
      const mark = newId();
      const { plugboard } = await start(mark, { user: '61010-61011' });
      const there = await anotherWorkspace(plugboard);
      const [one, other] = [await connected(plugboard, 'one-secret-0123456789'), await connected(there)];
      await found(there, [other, 'echo']);
      await found(plugboard, [one, 'echo']);
      const environments = processesWith(mark).map(({ pid }) => `/proc/${pid}/environ`);
      expect(environments.length).toBeGreaterThan(1);
      const seen = await read(there, other, environments);
      expect(seen).toContain('EACCES');
      expect(JSON.stringify(seen)).not.toContain('one-secret-0123456789');
    });

    it('with one user they run while there is one workspace', async () => {
      covers('local/unconfined');
      const { plugboard } = await start(newId(), { user: '61020' });
      const id = await connected(plugboard);
      await anotherWorkspace(plugboard);
      await vi.waitUntil(async () => (await callProgram(plugboard, [id, 'echo']))['status'] === 'unavailable', {
        timeout: 20_000,
      });
    });

    it.each([
      ['can read our data', '61030', 0o755, 'chmod'],
      ['is root', '0', 0o700, 'root'],
      ['does not exist', 'no-such-user-here', 0o700, 'useradd'],
      ['is a range downwards', '61040-61030', 0o700, 'upwards'],
    ])('the start is refused where the user %s', async (...row) => {
      const [, user, mode, words] = row;
      covers('local/users');
      await expect(start(newId(), { user }, mode)).rejects.toThrow(words);
    });
  });
});
