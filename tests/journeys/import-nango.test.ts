import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { listen, type Listening } from '../emulators/listen.ts';
import { type NangoEmulator, startNango } from '../emulators/nango/nango.ts';
import type { NangoRecord } from '../emulators/nango/state.ts';
import { type AppBackend, appBackend } from '../support/app-backend.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { runCli, startCli } from '../support/run-cli.ts';
import { getThing, type SignedInApi, startSignedInApi } from '../support/signed-in-api.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A connector that is signed in to with a name and a password. */
const basicManifest = (url: string) => `
schema: 1
id: basic
name: Basic
version: 1.0.0
description: An API behind a name and a password.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: region, label: Region }
  - { key: username, label: User name }
  - { key: password, label: Password, secret: true }
auth: { scheme: basic, username: '\${field.username}', password: '\${field.password}' }
verify: { kind: http, method: GET, url: '${url}/\${field.region}', expect_status: [200] }
http: { base_url: '${url}/\${field.region}' }
tools:
  - name: get_thing
    label: Get a thing
    description: Returns one thing.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /things }
`;

describeOnDatabases('connections that are brought over from Nango', ({ migrated }) => {
  let plugboard: ListeningPlugboard;
  let gitlab: GitlabEmulator;
  let api: SignedInApi;
  let basic: Listening;
  let nango: NangoEmulator;
  let app: AppBackend;
  let folder: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    api = await startSignedInApi();
    basic = await listen(({ headers: { authorization }, url }, response) => {
      const isRight = authorization === `Basic ${btoa('ann:a-basic-password')}` && url?.startsWith('/eu');
      response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' }).end('{"thing":1}');
    });
    const manifests = { signed: api.manifest('signed'), bare: api.manifest('bare'), basic: basicManifest(basic.url) };
    const { clientId, clientSecret } = api.oidc.client;
    plugboard = await startListening(await migrated(), {
      catalogDirs: [catalogFolder(manifests)],
      oauthApps: new Map([['signed', { clientId, clientSecret: new Secret(clientSecret) }]]),
    });
    app = await appBackend(plugboard, await plugboard.mint({ kind: 'app' }));
    return () => Promise.all([gitlab.stop(), api.stop(), basic.stop()]);
  });

  beforeEach(async () => {
    nango = await startNango();
    folder = mkdtempSync(join(tmpdir(), 'plugboard-nango-'));
    writeFileSync(join(folder, 'secret.key'), `${nango.secretKey}\n`);
  });
  afterEach(async () => {
    await nango.stop();
    rmSync(folder, { recursive: true });
  });

  const settings = () => ({ PLUGBOARD_URL: plugboard.publicUrl, PLUGBOARD_KEY: plugboard.adminKey });
  const report = () => join(folder, 'report.jsonl');
  const mapping = ['signed-prod=signed', 'bare-prod=bare', 'basic=basic'].flatMap((pair) => ['--provider-map', pair]);
  const args = (...more: readonly string[]) => {
    const secret = ['--secret-key-file', join(folder, 'secret.key')];
    return ['import', 'nango', '--url', nango.url, '--report', report()].concat(secret, mapping, more);
  };
  const run = (...more: readonly string[]) => runCli(args(...more), settings());

  /** What the report says, by the id it had at Nango. */
  function reported(): ReadonlyMap<string, Record<string, unknown>> {
    const lines = readFileSync(report(), 'utf8').trim().split('\n');
    return new Map(lines.map((line) => JSON.parse(line)).map((line) => [String(line.nango_connection_id), line]));
  }

  let count = 0;
  /** Ids nobody has used yet. */
  const named = (what: string) => `${what}-${(count += 1)}`;

  const keyRecord = (changes: Partial<NangoRecord> = {}): NangoRecord => ({
    connectionId: named('key'),
    integration: 'gitlab-prod',
    provider: 'gitlab-pat',
    credentials: { type: 'API_KEY', apiKey: gitlabTokens.valid },
    config: { base_url: gitlab.url, unknown: 'left alone' },
    endUser: { id: named('u') },
    ...changes,
  });

  /** What the API hands out to somebody who signed in with the app that both know. */
  async function tokenRecord(changes: Partial<NangoRecord> = {}): Promise<NangoRecord> {
    const { access_token, refresh_token } = await api.newToken();
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return {
      connectionId: named('oauth'),
      integration: 'signed-prod',
      provider: 'signed',
      credentials: { type: 'OAUTH2', access_token, refresh_token, expires_at, scope: 'openid read' },
      endUser: { id: named('u'), email: 'ada@example.com', display_name: 'Ada' },
      ...changes,
    };
  }

  it('work here, for the same end users, with what was written on them', async () => {
    covers('nango-import/brought-over', 'nango-import/works', 'nango-import/report');
    const oauth = await tokenRecord({ metadata: { plan: 'pro', seats: 5 }, tags: { org: 'o_1' } });
    const key = keyRecord({ tags: { end_user_id: 'tagged' }, endUser: { id: 'tagged' } });
    const password = {
      ...keyRecord({ connectionId: named('basic'), integration: 'basic', provider: 'basic' }),
      credentials: { type: 'BASIC', username: 'ann', password: 'a-basic-password' },
      config: { region: 'eu' },
    };
    nango.add(oauth, key, password);
    const { code, stdout, stderr } = await run();
    expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: '' });
    expect(stdout).toContain('3 connections: 3 imported.');
    const lines = reported();
    const idOf = ({ connectionId }: NangoRecord) => String(lines.get(connectionId)?.['connection_id']);
    expect((await app.call(`GET /api/v1/connections/${idOf(oauth)}`)).body).toMatchObject({
      connectorSlug: 'signed',
      status: 'connected',
      account: 'ann',
      endUser: { id: oauth.endUser?.id },
      metadata: {
        nango_connection_id: oauth.connectionId,
        nango_provider_config_key: 'signed-prod',
        plan: 'pro',
        seats: '5',
        org: 'o_1',
      },
    });
    const ada = await app.call(`GET /api/v1/end-users/${oauth.endUser?.id}`);
    expect(ada.body).toMatchObject({ name: 'Ada', email: 'ada@example.com', connections: 1 });
    expect(await app.listed(`?scope=end_users&metadata[nango_connection_id]=${key.connectionId}`)).toEqual([idOf(key)]);
    const token = await app.token(String(oauth.endUser?.id));
    expect((await getThing(plugboard, idOf(oauth), token)).body).toMatchObject({ status: 'ok' });
    const basicToken = await app.token(String(password.endUser?.id));
    const called = await plugboard.call(`POST /api/v1/connections/${idOf(password)}/tools/get_thing/call`, {
      key: basicToken,
      body: { arguments: {} },
    });
    expect(called.body).toMatchObject({ status: 'ok', output: { thing: 1 } });
    const before = api.gate.requests.length;
    api.forgetTokens();
    expect((await getThing(plugboard, idOf(oauth), token)).body).toMatchObject({ status: 'ok' });
    expect(api.gate.requests.length).toBe(before + 1);
  });

  it('are the same after another run, also where the first one was cut off', async () => {
    covers('nango-import/again');
    const records = Array.from({ length: 32 }, () => keyRecord());
    nango.add(...records);
    nango.mostPerPage = 15;
    let told = 0;
    const reached = new Promise<void>((resolve) => {
      nango.before = (path) => {
        if (path.startsWith('/connections/') && (told += 1) === 12) resolve();
      };
    });
    const first = startCli(args(), settings());
    await reached;
    first.kill('SIGKILL');
    await once(first, 'exit');
    const here = async () => (await app.listed('?scope=end_users&connector=gitlab')).length;
    const before = await here();
    expect((await run()).code).toBe(2);
    const second = await run('--resume');
    expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' });
    expect(reported().size).toBe(32);
    const mine = await Promise.all(
      records.map(({ connectionId }) => app.listed(`?scope=end_users&metadata[nango_connection_id]=${connectionId}`)),
    );
    expect(mine.map((ids) => ids.length)).toEqual(records.map(() => 1));
    expect(await here()).toBeGreaterThan(before);
    const after = await here();
    nango.ledger.splice(0);
    rmSync(report());
    const third = await run('--json');
    expect(JSON.parse(third.stdout)).toMatchObject({ already_there: 32 });
    expect(await here()).toBe(after);
    expect(nango.ledger.map(({ path }) => path)).toEqual([
      '/connections?limit=100&page=0',
      '/connections?limit=100&page=1',
      '/connections?limit=100&page=2',
      '/connections?limit=100&page=3',
    ]);
  });

  it('that cannot be brought over are told of, each with its reason, and keep nobody back', async () => {
    covers('nango-import/report', 'nango-import/mapping', 'nango-import/no-app', 'nango-import/secrets');
    const broken = keyRecord({ credentials: 'broken' });
    const refused = keyRecord({ credentials: { type: 'API_KEY', apiKey: 'a-key-that-gitlab-refuses' } });
    const unknown = keyRecord({ provider: 'nobody-has-it', integration: 'strange' });
    const odd = keyRecord({
      credentials: { type: 'OAUTH1', oauth_token: 'an-old-token', oauth_token_secret: 'an-old-secret' },
    });
    const withoutApp = await tokenRecord({ integration: 'bare-prod', provider: 'bare' });
    const nameless = keyRecord({ endUser: { id: 'x'.repeat(300) } });
    const fine = keyRecord();
    nango.add(broken, refused, unknown, odd, withoutApp, nameless, fine);
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    const lines = reported();
    const became = (record: NangoRecord) => lines.get(record.connectionId);
    expect(became(broken)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('424, invalid_credentials'),
    });
    expect(became(refused)).toMatchObject({ outcome: 'needs_reconnecting', connection_id: expect.any(String) });
    expect(became(unknown)).toMatchObject({ outcome: 'unknown_provider', connector: null });
    expect(became(odd)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('OAUTH1') });
    expect(became(withoutApp)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('client_id') });
    expect(became(nameless)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('end_user') });
    expect(became(fine)).toMatchObject({ outcome: 'imported' });
    expect(stdout).toContain('PUT /api/v1/oauth-apps/bare');
    for (const { connectionId } of [broken, unknown, odd, withoutApp, nameless])
      expect(await app.listed(`?scope=end_users&metadata[nango_connection_id]=${connectionId}`)).toEqual([]);
    expect((await app.call(`GET /api/v1/end-users/${withoutApp.endUser?.id}`)).status).toBe(404);
    const said = `${stdout}${stderr}${readFileSync(report(), 'utf8')}`;
    const tokens = Object.values(Object(withoutApp.credentials)).filter((value) => String(value).length > 20);
    for (const secret of ['a-key-that-gitlab-refuses', 'an-old-', nango.secretKey, gitlabTokens.valid, ...tokens])
      expect(said).not.toContain(secret);
    const app_ = { client_id: api.oidc.client.clientId, client_secret: api.oidc.client.clientSecret };
    const set = await plugboard.call('PUT /api/v1/oauth-apps/bare', { body: app_ });
    expect(set.status, set.text).toBe(200);
    await run('--resume', '--provider-map', 'strange=gitlab');
    expect(reported().get(withoutApp.connectionId)).toMatchObject({ outcome: 'imported' });
    expect(reported().get(unknown.connectionId)).toMatchObject({ outcome: 'imported', connector: 'gitlab' });
  });

  it('are only counted where that is asked for', async () => {
    covers('nango-import/dry-run');
    nango.add(keyRecord(), keyRecord({ provider: 'nobody-has-it', integration: 'strange' }));
    const { code, stdout } = await run('--dry-run');
    expect(code).toBe(1);
    expect(stdout).toContain('1 to import, 1 without a connector');
    expect(nango.ledger.map(({ path }) => path)).toEqual([
      '/connections?limit=100&page=0',
      '/connections?limit=100&page=1',
    ]);
    expect(() => readFileSync(report())).toThrow(/ENOENT/);
  });

  it('are asked for as fast as Nango wants, and no faster', async () => {
    covers('nango-import/limits');
    nango.add(keyRecord());
    nango.limit = { times: 2, retryAfter: '1' };
    const began = Date.now();
    expect((await run()).code).toBe(0);
    expect(Date.now() - began).toBeGreaterThan(2_000);
    expect(nango.ledger.slice(0, 3).map(({ status }) => status)).toEqual([429, 429, 200]);
  });

  it('wait for another run where somebody breaks it off', async () => {
    covers('nango-import/again', 'nango-import/limits');
    nango.add(keyRecord());
    nango.limit = { times: 1, retryAfter: '600' };
    const waiting = new Promise<void>((resolve) => {
      nango.before = () => resolve();
    });
    const child = startCli(args(), settings());
    const said = text(child.stderr ?? expect.fail('It says nothing.'));
    await waiting;
    await setTimeout(300);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect([code, await said]).toEqual([130, 'Stopped. Go on with --resume.\n']);
    expect((await run('--resume')).code).toBe(0);
  });

  it('are told of in a sentence where nobody can be asked', async () => {
    covers('nango-import/usage', 'nango-import/secrets');
    nango.add(keyRecord());
    const other = (more: readonly string[], env: Record<string, string> = settings()) =>
      runCli(['import', ...more, '--report', report()], env);
    const secret = ['--secret-key-file', join(folder, 'secret.key')];
    expect(await other([])).toMatchObject({ code: 2, stderr: expect.stringContaining('import nango') });
    expect(await other(['nangoo'])).toMatchObject({ code: 2, stderr: expect.stringContaining('"nango"') });
    expect(await other(['nango', ...secret])).toMatchObject({ code: 2, stderr: expect.stringContaining('--url') });
    const url = ['nango', '--url', nango.url];
    expect(await other(url)).toMatchObject({ code: 2, stderr: expect.stringContaining('secret key') });
    expect(await other([...url, ...secret, '--provider-map', 'x'])).toMatchObject({ code: 2 });
    writeFileSync(join(folder, 'secret.key'), 'another');
    expect(await other([...url, ...secret])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not take the secret key'),
    });
    rmSync(report());
    const stranger = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const bound = stranger.address();
    const elsewhere = ['nango', '--url', `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`, ...secret];
    expect(await other(elsewhere)).toMatchObject({ code: 1, stderr: expect.stringContaining('no Nango') });
    stranger.close();
    writeFileSync(join(folder, 'secret.key'), nango.secretKey);
    const away = { ...settings(), PLUGBOARD_URL: 'http://127.0.0.1:2' };
    rmSync(report());
    const answer = await other([...url, ...secret], away);
    expect(answer.code).toBe(3);
    expect(answer.stderr).not.toContain(nango.secretKey);
    expect(answer.stderr.split('\n').length).toBeLessThan(4);
  });
});
