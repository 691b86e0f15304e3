import { beforeAll, expect, it } from 'vitest';
import { type Acme, callback, confirm, goThrough, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';

const secret = 'the secret of an app of their own';
const fields = { client_id: 'theirs', client_secret: secret };
const theirs = { client_id: 'theirs', client_secret: secret, redirect_uris: [callback] };

describeOnDatabases('signing in with an OAuth app (001)', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let manager: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated(), { hasClient: false, oidc: { clients: [theirs] } });
    manager = await acme.person('MANAGER');
    return () => acme.oidc.stop();
  });

  const install = (body: object) => manager.call('POST /api/v1/connectors/acme/install?workspace_id=default', body);
  const record = async (id: string) => (await manager.call(`GET /api/v1/connections/${id}`)).body;
  const everything = async (): Promise<string> => {
    const db = loose(acme.plugboard.app.storage.writer);
    const tables = await db.introspection.getTables();
    const rows = await Promise.all(tables.map(({ name }) => db.selectFrom(name).selectAll().execute()));
    return JSON.stringify(rows);
  };

  it('that somebody brings along is a 201 with the address to open, and signs in with that app', async () => {
    covers('001/install-byo-oauth', '001/sealed', 'everywhere/7-no-secrets');
    const installed = await install({ name: 'Theirs', fields });
    expect(installed).toMatchObject({ status: 201, body: { next_step: 'oauth' } });
    const url = new URL(String(installed.body['oauth_url']));
    expect(url.searchParams.get('client_id')).toBe('theirs');
    const id = String(installed.body['integration_id']);
    expect(await record(id)).toMatchObject({ status: 'pending', scope: 'workspace', label: 'Theirs' });
    const page = await goThrough(acme, { browser: manager.browser, oauthUrl: url.href });
    await confirm(manager.browser, page);
    expect(await record(id)).toMatchObject({ status: 'connected', account: 'ann' });
    expect(await everything()).not.toContain(secret);
    expect(installed.text).not.toContain(secret);
  });

  it('is remembered where somebody signs in anew', async () => {
    covers('001/install-byo-oauth', '004/oauth');
    const installed = await install({ name: 'Again', fields });
    const id = String(installed.body['integration_id']);
    for (const as of ['ann', 'bob']) {
      const begun = await manager.call(`POST /api/v1/connections/${id}/oauth`);
      const oauthUrl = String(begun.body['oauthUrl']);
      expect(new URL(oauthUrl).searchParams.get('client_id')).toBe('theirs');
      await confirm(manager.browser, await goThrough(acme, { browser: manager.browser, oauthUrl, as }));
      expect(await record(id)).toMatchObject({ status: 'connected', account: as });
    }
  });

  it.each([
    ['no app at all', {}, 'OAuth client of Acme is not configured'],
    ['a secret of no app', { fields: { client_secret: secret } }, 'client_id'],
    ['a field nobody asked for', { fields: { ...fields, client_secrte: 'x' } }, 'client_secrte'],
  ])('with %s is a 400 that says so, and nothing is made', async (_what, body, words) => {
    covers('001/install-byo-oauth', '004/bad-start');
    const before = (await manager.call('GET /api/v1/connections?scope=workspace')).body;
    const refused = await install({ name: 'Never', ...body });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    expect(refused.text).toContain(words);
    expect(refused.text).not.toContain(secret);
    expect((await manager.call('GET /api/v1/connections?scope=workspace')).body).toEqual(before);
  });

  it('takes it with POST /connections, too', async () => {
    covers('004/oauth-pending-201', '004/bad-start');
    const body = { connectorSlug: 'acme', label: 'Personal' };
    expect(await manager.call('POST /api/v1/connections', body)).toMatchObject({ status: 400 });
    const started = await manager.call('POST /api/v1/connections', { ...body, fields });
    expect(started).toMatchObject({ status: 201, body: { connection: { scope: 'personal' } } });
    expect(new URL(String(started.body['oauthUrl'])).searchParams.get('client_id')).toBe('theirs');
  });

  it('whose secret is wrong leaves the connection pending, with the reason', async () => {
    covers('004/callback', 'everywhere/7-no-secrets');
    const wrong = { client_id: 'theirs', client_secret: 'not the secret' };
    const installed = await install({ name: 'Wrong', fields: wrong });
    const back = await acme.oidc.signIn(String(installed.body['oauth_url']));
    const shown = await manager.browser.open((await manager.browser.open(pathOf(back))).to ?? '');
    expect(shown.text).toContain('client');
    const left = await record(String(installed.body['integration_id']));
    expect(left).toMatchObject({ status: 'pending', statusReason: expect.stringMatching(/client/i) });
    expect(JSON.stringify(left) + shown.text).not.toContain('not the secret');
  });
});
