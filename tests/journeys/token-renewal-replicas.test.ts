import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, newDatabases } from '../support/databases.ts';
import { type GrantRows, openGrantRows } from '../support/grant-rows.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';
import {
  endToken,
  getThing,
  importedConnection,
  type SignedInApi,
  startSignedInApi,
} from '../support/signed-in-api.ts';

/** `PLUGBOARD_TEST_ROUNDS=20` for all of them. */
const rounds = Number(process.env['PLUGBOARD_TEST_ROUNDS'] ?? '1');
/** What a process knows may be a second old (R6). */
const staleMs = 1_100;
const unheard = 'Asking twice could end the whole grant there';

describe('tokens of processes that share a database', () => {
  const databases = newDatabases('postgres');
  const opened: { stop(): Promise<unknown> }[] = [];
  let strict: SignedInApi;
  let lenient: SignedInApi;
  let database: DatabaseConfig;
  let storage: Storage;
  let rows: GrantRows;
  let settings: Record<string, string>;
  let survivor: ServerProcess;

  beforeAll(async () => {
    strict = await startSignedInApi();
    lenient = await startSignedInApi({ rotates: false });
    const catalog = catalogFolder({
      strict: strict.manifest('strict'),
      lenient: lenient.manifest('lenient', 'refresh_grace: true'),
    });
    database = await databases.migrated();
    settings = { ...settingsFor(database), PLUGBOARD_CATALOG_DIRS: catalog };
    survivor = await startServerProcess(settings);
    storage = await openStorage(database);
    rows = await openGrantRows(database);
    opened.push(survivor, strict, lenient);
  });
  afterAll(async () => {
    await Promise.all(opened.splice(0).map((each) => each.stop()));
    await Promise.all([storage.close(), rows.close()]);
  });

  /** Its token is over for everybody, and no sweep is the first to see to it. */
  const end = async (id: string): Promise<void> => {
    await endToken(storage, id, { leftMs: -1, renewAt: Date.now() + 3_600_000 });
    await setTimeout(staleMs);
  };
  const recordOf = async (id: string) => (await survivor.call(`GET /api/v1/connections/${id}`)).body;

  it(`is asked for once each time it ends, by 500 calls at three processes (${rounds + 1} times)`, async () => {
    covers('renewal/once');
    const processes = [survivor, await startServerProcess(settings), await startServerProcess(settings)];
    opened.push(...processes.slice(1));
    const id = await importedConnection(survivor, strict, { connector: 'strict' });
    const before = strict.gate.requests.length;
    for (let round = 1; round <= rounds + 1; round += 1) {
      await end(id);
      const calls = Array.from({ length: 500 }, (_, index) => getThing(processes[index % 3] ?? survivor, id));
      const answers = (await Promise.all(calls)).map(({ body }) => body);
      expect([...new Set(answers.map(({ status, message }) => `${String(status)} ${String(message)}`))]).toEqual([
        'ok undefined',
      ]);
      expect(strict.gate.requests).toHaveLength(before + round);
    }
    expect(strict.gate.most).toBe(1);
    expect(strict.gate.requests.every(({ status }) => status === 200)).toBe(true);
  }, 300_000);

  describe.each(Array.from({ length: rounds }, (_, index) => index + 1))('whose process is killed (%i)', () => {
    interface Scene {
      readonly id: string;
      readonly victim: ServerProcess;
      /** Requests with a refresh token of this connection that the provider was sent since. */
      asked(): readonly (number | undefined)[];
    }

    const scene = async (api: SignedInApi, connector: string): Promise<Scene> => {
      const victim = await startServerProcess(settings);
      const id = await importedConnection(survivor, api, { connector });
      const before = api.gate.requests.length;
      await end(id);
      return { id, victim, asked: () => api.gate.requests.slice(before).map(({ status }) => status) };
    };
    const afterwards = async (id: string) => {
      await rows.endLease(id);
      return (await getThing(survivor, id)).body;
    };

    it('before the lease: nothing was sent, and nothing is lost', async () => {
      covers('renewal/killed-before');
      const { id, victim, asked } = await scene(strict, 'strict');
      const letGo = await rows.lock('grants');
      const cut = getThing(victim, id).catch(() => undefined);
      await rows.somebodyWaits();
      await victim.kill();
      await letGo();
      await cut;
      expect(asked()).toEqual([]);
      expect(await afterwards(id)).toMatchObject({ status: 'ok' });
      expect(asked()).toEqual([200]);
    });

    it.each(['asked', 'answered'] as const)('when it has %s: nobody asks twice, and it says so', async (stage) => {
      covers('renewal/killed-between');
      const { id, victim, asked } = await scene(strict, 'strict');
      strict.gate.hold(stage);
      const cut = getThing(victim, id).catch(() => undefined);
      await strict.gate.held();
      await victim.kill();
      strict.gate.letGo();
      await cut;
      expect(await afterwards(id)).toMatchObject({ status: 'rejected', reason: 'auth' });
      expect(asked()).toHaveLength(1);
      expect(await recordOf(id)).toMatchObject({
        status: 'token_expired',
        statusReason: expect.stringContaining(unheard),
      });
    });

    it('when the answer is there and not yet kept: nobody asks twice, and it says so', async () => {
      covers('renewal/killed-between');
      const { id, victim, asked } = await scene(strict, 'strict');
      strict.gate.hold('answered');
      const cut = getThing(victim, id).catch(() => undefined);
      await strict.gate.held();
      const letGo = await rows.lock('workspace_state');
      strict.gate.letGo();
      await rows.somebodyWaits();
      await victim.kill();
      await letGo();
      await cut;
      expect(await afterwards(id)).toMatchObject({ status: 'rejected', reason: 'auth' });
      expect(asked()).toEqual([200]);
      expect(await recordOf(id)).toMatchObject({ status: 'token_expired' });
    });

    it('as soon as the answer is kept: nothing is lost', async () => {
      covers('renewal/killed-after');
      const { id, victim, asked } = await scene(strict, 'strict');
      const { version } = await rows.grantOf(id);
      const cut = getThing(victim, id).catch(() => undefined);
      await rows.newVersion(id, version);
      await victim.kill();
      await cut;
      expect(await afterwards(id)).toMatchObject({ status: 'ok' });
      expect(asked()).toEqual([200]);
    });

    it.each(['asked', 'answered'] as const)(
      'when it has %s a provider that takes it twice: it is asked again',
      async (stage) => {
        covers('renewal/grace');
        const { id, victim, asked } = await scene(lenient, 'lenient');
        lenient.gate.hold(stage);
        const cut = getThing(victim, id).catch(() => undefined);
        await lenient.gate.held();
        await victim.kill();
        lenient.gate.letGo();
        await cut;
        expect(await afterwards(id)).toMatchObject({ status: 'ok' });
        expect(asked().filter((status) => status === 200).length).toBeLessThanOrEqual(2);
        expect(asked()).toHaveLength(2);
        expect(await recordOf(id)).toMatchObject({ status: 'connected' });
      },
    );
  });

  it.each(['lenient', 'strict'] as const)(
    'waits for nobody who was stopped, and refuses the late answer: a %s provider',
    async (connector) => {
      covers('renewal/fence');
      const api = connector === 'strict' ? strict : lenient;
      const slow = await startServerProcess(settings);
      const id = await importedConnection(survivor, api, { connector });
      await end(id);
      const { version } = await rows.grantOf(id);
      const asked = api.gate.requests.length;
      api.gate.hold('answered');
      const late = getThing(slow, id);
      await api.gate.held();
      process.kill(slow.pid ?? 0, 'SIGSTOP');
      api.gate.letGo();
      await rows.endLease(id);
      const isAskedAgain = connector === 'lenient';
      const status = isAskedAgain ? 'ok' : 'rejected';
      expect((await getThing(survivor, id)).body).toMatchObject({ status });
      const after = await rows.grantOf(id);
      expect(after.version).toBe(isAskedAgain ? version + 1 : version);
      process.kill(slow.pid ?? 0, 'SIGCONT');
      expect((await late).body).toMatchObject({ status });
      expect(await rows.grantOf(id)).toEqual(after);
      expect(api.gate.requests).toHaveLength(asked + (isAskedAgain ? 2 : 1));
      expect(await recordOf(id)).toMatchObject({ status: isAskedAgain ? 'connected' : 'token_expired' });
      await slow.stop();
    },
  );

  it('is renewed to the end by a process that is told to leave', async () => {
    covers('renewal/leaving');
    const leaving = await startServerProcess(settings);
    const id = await importedConnection(survivor, strict, { connector: 'strict' });
    await end(id);
    const { version } = await rows.grantOf(id);
    strict.gate.hold('answered');
    const last = getThing(leaving, id);
    await strict.gate.held();
    const stopped = leaving.stop();
    await setTimeout(200);
    strict.gate.letGo();
    await stopped;
    expect((await last).body).toMatchObject({ status: 'ok' });
    expect(await rows.grantOf(id)).toMatchObject({ version: version + 1, leased: false });
  });
});
