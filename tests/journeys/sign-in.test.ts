import { beforeAll, expect, it } from 'vitest';
import {
  type Acme,
  begin,
  callback,
  confirm,
  connectAcme,
  goThrough,
  ours,
  pathOf,
  useAcme,
  type Visitor,
} from '../support/acme.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases('a person signing in to a provider (004)', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    ann = await acme.person();
    return () => acme.oidc.stop();
  });

  const record = async (id: string) => (await ann.call(`GET /api/v1/connections/${id}`)).body;
  const whoami = (id: string) => ann.call(`POST /api/v1/connections/${id}/tools/whoami/call`, { arguments: {} });

  it('is a 201 with the address to open, and the connection waits', async () => {
    covers('004/oauth-pending-201');
    const body = { connectorSlug: 'acme', label: 'First' };
    const answer = await ann.call('POST /api/v1/connections', body);
    expect(answer).toMatchObject({
      status: 201,
      body: { connection: { status: 'pending', authType: 'oauth', account: null }, credentialSubmitUrl: null },
    });
    const url = new URL(String(answer.body['oauthUrl']));
    expect(`${url.origin}${url.pathname}`).toBe(acme.oidc.endpoints.authorization);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'plugboard',
      redirect_uri: callback,
      scope: 'openid read',
      state: expect.stringMatching(/^[\w-]{80,}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('shows whose account it is before it counts, and counts once that person says so', async () => {
    covers('004/callback', '004/record');
    const { id, oauthUrl } = await begin(ann, 'Counts');
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl });
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('ann') });
    expect(await record(id)).toMatchObject({ status: 'pending', account: null });
    expect(await whoami(id)).toMatchObject({ body: { status: 'rejected' } });
    const closing = await confirm(ann.browser, page);
    expect(closing).toMatchObject({ status: 200, text: expect.stringContaining('ann') });
    expect(await record(id)).toMatchObject({
      status: 'connected',
      statusReason: null,
      account: 'ann',
      scopes: ['openid', 'read'],
    });
    expect(await whoami(id)).toMatchObject({ body: { status: 'ok', output: { sub: 'ann' } } });
  });

  it('with the same label, already connected, is a 200 and begins nothing', async () => {
    covers('004/already-connected');
    const id = await connectAcme(acme, ann, { label: 'Again' });
    const answer = await ann.call('POST /api/v1/connections', { connectorSlug: 'acme', label: 'Again' });
    expect(answer).toMatchObject({
      status: 200,
      body: { connection: { id }, oauthUrl: null, credentialSubmitUrl: null },
    });
  });

  it('is on record from the beginning to the end', async () => {
    covers('004/callback');
    const id = await connectAcme(acme, ann, { label: 'Recorded' });
    const events = await acme.plugboard.call(`GET /api/v1/events?subject=connection:${id}`);
    const types = itemsOf(events.body['data']).map((event) => [event['type'], event['user_id']]);
    expect(types.toReversed()).toEqual([
      ['connection.started', ann.userId],
      ['connection.sign_in_begun', ann.userId],
      ['connection.connected', ann.userId],
    ]);
    expect(events.text).not.toContain('code_challenge');
  });

  it('says where it stands to the one who began it, and to nobody else', async () => {
    covers('004/oauth', '004/oauth-status');
    const { id, oauthUrl } = await begin(ann, 'Stands');
    const standing = async (key = ann.token) =>
      (await acme.plugboard.call(`GET /api/v1/connections/${id}/oauth`, { key })).body['oauthUrl'];
    expect(await standing()).toBe(oauthUrl);
    expect(await standing(await ann.signIn())).toMatch(new RegExp(`^${ours}/connect/[0-9a-f-]{36}$`));
    await goThrough(acme, { browser: ann.browser, oauthUrl });
    const page = String(await standing());
    expect(page).toMatch(new RegExp(`^${ours}/connect/[0-9a-f-]{36}$`));
    await confirm(ann.browser, await ann.browser.open(pathOf(page)));
    expect(await standing()).toBeNull();
  });

  it('is begun anew by POST, and what was begun before is over', async () => {
    covers('004/oauth', '004/pending-again');
    const { id, oauthUrl } = await begin(ann, 'Anew');
    const again = await ann.call('POST /api/v1/connections', { connectorSlug: 'acme', label: 'Anew' });
    expect(again).toMatchObject({ status: 201, body: { connection: { id } } });
    const anew = await ann.call(`POST /api/v1/connections/${id}/oauth`);
    expect(anew).toMatchObject({ status: 200, body: { connection: { id, status: 'pending' } } });
    for (const old of [oauthUrl, String(again.body['oauthUrl'])]) {
      const shown = await ann.browser.open(pathOf(await acme.oidc.signIn(old)));
      expect(shown.text).toContain('already used or has expired');
    }
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl: String(anew.body['oauthUrl']) });
    expect((await confirm(ann.browser, page)).status).toBe(200);
    expect(await record(id)).toMatchObject({ status: 'connected' });
  });

  it('has the provider ask which account to use where that is wanted', async () => {
    covers('004/oauth-start');
    const { id } = await begin(ann, 'Which');
    const anew = await ann.call(`POST /api/v1/connections/${id}/oauth`, { selectAccount: true });
    expect(new URL(String(anew.body['oauthUrl'])).searchParams.get('prompt')).toBe('select_account');
  });

  it('keeps what was connected as it was until the other account is confirmed, with its id, handle and switches', async () => {
    covers('004/oauth', '004/updated-at');
    const id = await connectAcme(acme, ann, { label: 'Kept' });
    await ann.call(`PATCH /api/v1/connections/${id}/tools/whoami`, { requires_confirmation: false, disabled: true });
    const before = await record(id);
    const { body } = await ann.call(`POST /api/v1/connections/${id}/oauth`);
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl: String(body['oauthUrl']), as: 'bob' });
    expect(page.text).toContain('Until now this connection was');
    expect(await record(id)).toEqual(before);
    await confirm(ann.browser, page);
    const after = await record(id);
    expect(after).toMatchObject({ id, handle: before['handle'], status: 'connected', account: 'bob' });
    expect(String(after['updatedAt']) > String(before['updatedAt'])).toBe(true);
    expect(await whoami(id)).toMatchObject({ body: { status: 'rejected', reason: 'disabled' } });
  });

  it('counts for nothing where that person says that it is not the account', async () => {
    covers('004/callback');
    const { id, oauthUrl } = await begin(ann, 'Not mine');
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl, as: 'bob' });
    expect((await confirm(ann.browser, page, 'no')).text).toContain('Nothing was connected');
    expect(await record(id)).toMatchObject({ status: 'pending', account: null });
    await expect(confirm(ann.browser, await ann.browser.open(`/connect/${id}`))).rejects.toThrow('asks nothing');
  });

  it('that the provider was told to refuse leaves the connection pending, with the reason', async () => {
    covers('004/callback');
    const { id, oauthUrl } = await begin(ann, 'Denied');
    const back = await acme.oidc.signIn(oauthUrl, 'ann', 'deny');
    const shown = await ann.browser.open((await ann.browser.open(pathOf(back))).to ?? '');
    expect(shown.text).toContain('told not to allow it');
    const pending = await record(id);
    expect(pending).toMatchObject({ status: 'pending', statusReason: expect.stringContaining('told not to allow it') });
    await ann.call(`POST /api/v1/connections/${id}/oauth`);
    expect(await record(id)).toMatchObject({ statusReason: 'Waiting for somebody to sign in.' });
  });

  it('confirmed twice is confirmed once', async () => {
    covers('004/callback');
    const { id, oauthUrl } = await begin(ann, 'Twice');
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl });
    const both = await Promise.all([confirm(ann.browser, page), confirm(ann.browser, page)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await confirm(ann.browser, page)).status).toBe(200);
    expect(await record(id)).toMatchObject({ status: 'connected', account: 'ann' });
  });

  it.each([
    ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', 302],
    ['a program', 'application/json', 200],
  ])('starts by slug: %s', async (what, accept, status) => {
    covers('004/oauth-start');
    const query = `slug=acme&label=${encodeURIComponent(`Of ${what}`)}&selectAccount=1`;
    const answer = await ann.call(`GET /api/v1/connections/oauth/start?${query}`, undefined, { accept });
    expect(answer.status).toBe(status);
    const to = new URL(String(status === 302 ? answer.headers['location'] : answer.body['oauthUrl']));
    expect(to.href.startsWith(acme.oidc.endpoints.authorization)).toBe(true);
    expect(to.searchParams.get('prompt')).toBe('select_account');
    const mine = itemsOf((await ann.call('GET /api/v1/connections')).body['items']);
    expect(mine.filter(({ label }) => label === `Of ${what}`)).toMatchObject([{ status: 'pending' }]);
    if (status === 200) expect(answer.body['connection']).toMatchObject({ label: `Of ${what}` });
  });

  it('starts anew by slug where it is connected already', async () => {
    covers('004/oauth-start');
    const id = await connectAcme(acme, ann, { label: 'Started' });
    const accept = { accept: 'application/json' };
    const answer = await ann.call('GET /api/v1/connections/oauth/start?slug=acme&label=Started', undefined, accept);
    expect(answer).toMatchObject({ status: 200, body: { connection: { id, status: 'connected' } } });
    expect(String(answer.body['oauthUrl'])).toContain(acme.oidc.endpoints.authorization);
  });

  it('many times at once is one connection and one sign-in', async () => {
    covers('004/pending-again');
    const answers = await Promise.all(Array.from({ length: 6 }, () => begin(ann, 'At once')));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const { body } = await ann.call(`GET /api/v1/connections/${answers[0]?.id}/oauth`);
    expect(answers.map(({ oauthUrl }) => oauthUrl)).toContain(body['oauthUrl']);
  });
});

function itemsOf(items: unknown): Record<string, unknown>[] {
  return Array.isArray(items) ? items.filter(isRecord) : [];
}
