import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { download, upload } from '../support/files.ts';
import { keysNamed, letGraceEnd, rotationOf } from '../support/key-rows.ts';
import { startListening } from '../support/listening.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { newer, older } from '../support/rotating.ts';
import { runCli } from '../support/run-cli.ts';
import {
  endToken,
  getThing,
  importedConnection,
  type SignedInApi,
  startSignedInApi,
} from '../support/signed-in-api.ts';

vi.setConfig({ testTimeout: 120_000 });

const path = '/api/v1/keys/rotation';

describeOnDatabases('rotating the keys', ({ migrated, engine }) => {
  let gitlab: GitlabEmulator;
  let api: SignedInApi;
  let catalogDirs: readonly string[];

  beforeAll(async () => {
    gitlab = await startGitlab();
    api = await startSignedInApi();
    catalogDirs = [catalogFolder({ strict: api.manifest('strict') })];
    return () => Promise.all([gitlab.stop(), api.stop()]);
  });

  const read = ({ call }: Pick<Plugboard, 'call'>, connection: string) =>
    call(`POST /api/v1/connections/${connection}/tools/get_issue/call`, {
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });
  const settle = async ({ app, call }: Plugboard) => {
    await letGraceEnd(app.storage);
    await expect.poll(async () => rotationOf(await call(`GET ${path}`))['stage'], { timeout: 30_000 }).toBe('done');
  };

  it('keeps whatever was sealed, of whichever kind, and then the older master key may go', async () => {
    covers('keys/rotated');
    const database = await migrated();
    const adminKey = new Secret('pb_the-operator-of-a-test-of-rotation');
    const options = { catalogDirs, adminKey };
    const before = await startPlugboard(database, { ...options, masterKeys: [older] });
    const connection = await connectGitlab(before, gitlab.url);
    const signedIn = await importedConnection(before, api, { connector: 'strict' });
    const app = { client_id: 'ours', client_secret: 'a-client-secret-that-stays' };
    await before.call('PUT /api/v1/oauth-apps/google-calendar', { body: app });
    const file = await upload(before, 'a,b\n1,2\n');
    const keyed = { headers: { 'idempotency-key': 'once' }, body: { name: 'Once', slug: 'once' } };
    const made = await before.call('POST /api/v1/crews', keyed);
    const [named] = await keysNamed(before.app.storage);
    await before.stop();

    const plugboard = await startPlugboard(database, { ...options, masterKeys: [newer, older] });
    const begun = await plugboard.call(`POST ${path}`, { body: {} });
    expect(begun.status).toBe(202);
    const rotation = { stage: 'wrapping', master_key: 'newer', retired: ['older'], finished_at: null };
    expect(begun.body).toMatchObject({ in_use: 'newer', configured: ['newer', 'older'], rotation });
    await settle(plugboard);
    const state = (await plugboard.call(`GET ${path}`)).body;
    expect(state).toMatchObject({ rotation: { stage: 'done', unreadable: 0, workspaces: { all: 1, done: 1 } } });
    expect(await keysNamed(plugboard.app.storage)).not.toContain(named);
    await plugboard.stop();

    const after = await startPlugboard(database, { ...options, masterKeys: [newer] });
    expect((await read(after, connection)).body).toMatchObject({ status: 'ok' });
    await endToken(after.app.storage, signedIn, { leftMs: -1 });
    expect((await getThing(after, signedIn)).body).toMatchObject({ status: 'ok' });
    expect((await download(after, file)).body).toBe('a,b\n1,2\n');
    const again = await after.call('POST /api/v1/crews', keyed);
    expect([again.status, again.body, again.headers['idempotent-replayed']]).toEqual([201, made.body, 'true']);
    await after.stop();
    await expect(startPlugboard(database, { masterKeys: [older] })).rejects.toThrow('when "newer" took its place');
  });

  it('has everything go on: calls, changes, renewals', async () => {
    covers('keys/meanwhile');
    const plugboard = await startPlugboard(await migrated(), { masterKeys: [newer, older], catalogDirs });
    const first = await connectGitlab(plugboard, gitlab.url);
    const signedIn = await importedConnection(plugboard, api, { connector: 'strict' });
    const said: string[] = [];
    const over = new AbortController();
    const connections = [first];
    const busy = async (work: () => Promise<unknown>): Promise<void> => {
      while (!over.signal.aborted) said.push(String(await work()));
    };
    const load = [
      busy(async () => (await read(plugboard, connections.at(-1) ?? first)).body['status']),
      busy(async () => (await getThing(plugboard, signedIn)).body['status']),
      busy(async () => {
        await endToken(plugboard.app.storage, signedIn, { leftMs: -1 });
        return (await getThing(plugboard, signedIn)).body['status'];
      }),
      busy(async () => {
        connections.push(await connectGitlab(plugboard, gitlab.url));
        return 'ok';
      }),
    ];
    for (let round = 1; round <= 2; round += 1) {
      expect((await plugboard.call(`POST ${path}`, { body: { keep_master_key: true } })).status).toBe(202);
      await settle(plugboard);
    }
    over.abort();
    await Promise.all(load);
    expect(said.length).toBeGreaterThan(50);
    expect(new Set(said)).toEqual(new Set(['ok']));
    for (const id of connections) expect((await read(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(await keysNamed(plugboard.app.storage)).toHaveLength(1);
  });

  it('says why it does not begin', async () => {
    covers('keys/rotated');
    const plugboard = await startPlugboard(await migrated(), { masterKeys: [older] });
    const refused = await plugboard.call(`POST ${path}`, { body: {} });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('begins with "older", the key in use') } },
    });
    await plugboard.call(`POST ${path}`, { body: { keep_master_key: true } });
    const twice = await plugboard.call(`POST ${path}`, { body: { keep_master_key: true } });
    expect(twice).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  });

  it('is a command of the operator, which says how far it is and what to do next', async () => {
    covers('keys/command');
    const database = await migrated();
    const first = await startPlugboard(database, { masterKeys: [older] });
    await connectGitlab(first, gitlab.url);
    await first.stop();
    const plugboard = await startListening(database, { masterKeys: [newer, older] });
    const env = { PLUGBOARD_URL: plugboard.app.config.publicUrl, PLUGBOARD_KEY: plugboard.adminKey };
    const never = await runCli(['keys', 'rotate', '--status'], env);
    expect(never.stdout).toBe('The master key "older" is in use. The keys have never been rotated.\n');
    const rotating = runCli(['keys', 'rotate'], env);
    const stage = async () => rotationOf(await plugboard.call(`GET ${path}`))['stage'];
    await expect.poll(stage, { timeout: 20_000 }).toBe('sealing');
    // Long enough that the command has looked.
    await setTimeout(2_000);
    await settle(plugboard);
    const done = await rotating;
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('Workspaces done: 0 of 1.') });
    expect(done.stdout).toContain('The master key "newer" is in use. Rotated at 20');
    expect(done.stdout).toContain('Secrets sealed anew: 1.');
    expect(done.stdout).toContain('Take "older" out of PLUGBOARD_MASTER_KEY');
    const refused = await runCli(['keys', 'rotate'], env);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Put a new one in front of it') });
    const agent = await plugboard.mint();
    expect(await runCli(['keys', 'rotate', '--status'], { ...env, PLUGBOARD_KEY: agent })).toMatchObject({ code: 4 });
  });

  describe.skipIf(engine === 'postgres')('whose master key lies beside the data', () => {
    const folders: string[] = [];
    afterEach(() => {
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    });

    it('makes a new one, and puts the older one aside', async () => {
      covers('keys/file');
      const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-rotation-'));
      folders.push(dataDir);
      const file = join(dataDir, 'master.key');
      const database = { databaseUrl: undefined, dataDir };
      const plugboard = await startPlugboard(database, { masterKeys: [] });
      const connection = await connectGitlab(plugboard, gitlab.url);
      const before = readFileSync(file, 'utf8');
      const asked = await Promise.all([1, 2, 3].map(() => plugboard.call(`POST ${path}`, { body: {} })));
      expect(asked.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
      await settle(plugboard);
      const [line, ...more] = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect([line === before.trimEnd(), more]).toEqual([false, []]);
      expect(readFileSync(`${file}.retired`, 'utf8')).toContain(before);
      for (const each of [file, `${file}.retired`]) expect(statSync(each).mode & 0o777).toBe(0o600);
      await plugboard.stop();
      const again = await startPlugboard(database, { masterKeys: [] });
      expect((await read(again, connection)).body).toMatchObject({ status: 'ok' });
      expect((await again.call(`POST ${path}`, { body: {} })).status).toBe(202);
      await settle(again);
    });
  });
});
