import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, newDatabases } from '../support/databases.ts';
import { keysNamed, letGraceEnd, rotationOf } from '../support/key-rows.ts';
import { loose } from '../support/loose-database.ts';
import { newer, older } from '../support/rotating.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const path = '/api/v1/keys/rotation';
const encoded = ({ id, key }: typeof older) => `${id}:${key.toString('base64')}`;
/** What a process knows of data keys may be a second old (R6). */
const staleMs = 1_100;

describe('rotating the keys of processes that share a database', () => {
  let gitlab: GitlabEmulator;
  let storage: Storage;
  let database: DatabaseConfig;
  const open: { stop(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    gitlab = await startGitlab();
  });
  beforeEach(async () => {
    database = await newDatabases('postgres').migrated();
    storage = await openStorage(database);
    return async () => {
      await Promise.all(open.splice(0).map((each) => each.stop()));
      await storage.close();
    };
  });
  afterAll(() => gitlab.stop());

  const start = async (...keys: readonly (typeof older)[]): Promise<ServerProcess> => {
    const settings = { ...settingsFor(database), PLUGBOARD_MASTER_KEY: keys.map(encoded).join(',') };
    const plugboard = await startServerProcess(settings);
    open.push(plugboard);
    return plugboard;
  };
  const read = async ({ call }: ServerProcess, connection: string): Promise<unknown> => {
    const tool = `POST /api/v1/connections/${connection}/tools/get_issue/call`;
    return (await call(tool, { body: { arguments: { project: 'acme/api', issue_iid: 1 } } })).body['status'];
  };
  const stage = async ({ call }: ServerProcess) => rotationOf(await call(`GET ${path}`))['stage'];

  it('waits until each of them has the newer master key', async () => {
    covers('keys/replicas');
    const there = await start(older);
    const here = await start(newer, older);
    const connection = await connectGitlab(here, gitlab.url);
    expect(await read(there, connection)).toBe('ok');
    const refused = await here.call(`POST ${path}`, { body: {} });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('does not have the master key "newer". Restart it') } },
    });
    await there.stop();
    const again = await start(newer, older);
    expect((await here.call(`POST ${path}`, { body: {} })).status).toBe(202);
    await letGraceEnd(storage);
    await expect.poll(() => stage(again), { timeout: 30_000 }).toBe('done');
    expect(await read(again, connection)).toBe('ok');
  });

  it('leaves nothing unreadable to either of them at any time', async () => {
    covers('keys/replicas');
    await (await start(older)).stop();
    const both = [await start(newer, older), await start(newer, older)] as const;
    const connections: string[] = [await connectGitlab(both[0], gitlab.url)];
    const said: unknown[] = [];
    const over = new AbortController();
    let count = 0;
    const again = async (work: () => Promise<void>): Promise<void> => {
      while (!over.signal.aborted) await work();
    };
    const load = both.flatMap((plugboard) => [
      again(
        async () =>
          void connections.push(await connectGitlab(plugboard, gitlab.url, { label: `Number ${(count += 1)}` })),
      ),
      again(async () => void said.push(await read(plugboard, connections.at(-1) ?? ''))),
    ]);
    try {
      for (const body of [{}, { keep_master_key: true }, { keep_master_key: true }]) {
        const begun = await both[0].call(`POST ${path}`, { body });
        expect(begun.status, begun.text).toBe(202);
        await letGraceEnd(storage);
        await expect.poll(() => stage(both[1]), { timeout: 30_000 }).toBe('done');
      }
    } finally {
      over.abort();
      await Promise.all(load);
    }
    expect(said.length).toBeGreaterThan(30);
    expect(new Set(said)).toEqual(new Set(['ok']));
    for (const plugboard of both)
      for (const connection of connections) expect(await read(plugboard, connection)).toBe('ok');
    expect(await keysNamed(storage)).toHaveLength(1);
  });

  it('has each of them seal with the new data key within a second', async () => {
    covers('keys/replicas');
    const here = await start(older);
    const there = await start(older);
    const before = await connectGitlab(there, gitlab.url);
    await here.call(`POST ${path}`, { body: { keep_master_key: true } });
    const fresh = storage.rows.selectFrom('data_keys').select('id').where('rotation_id', 'is not', null);
    await expect.poll(async () => (await fresh.execute()).length, { timeout: 20_000, interval: 5 }).toBe(1);
    await setTimeout(staleMs);
    const after = await connectGitlab(there, gitlab.url);
    const boxes = loose(storage.rows).selectFrom('connection_secrets').select('box').where('connection_id', '=', after);
    const [key] = await fresh.execute();
    for (const { box } of await boxes.execute()) expect(String(box)).toContain(`pb1.${String(key?.id)}.`);
    expect([await read(here, before), await read(here, after)]).toEqual(['ok', 'ok']);
  });
});
