import { beforeAll, expect, it } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { type Acme, agree, begin, confirm, goThrough, ours, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases('a sign-in that a program asks for (004)', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;
  let agent: Pick<Visitor, 'call'>;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    ann = await acme.person();
    agent = withKey(await keyOf(ann, 'The travel agent'));
    return () => acme.oidc.stop();
  });

  const withKey = (key: string): Pick<Visitor, 'call'> => ({
    call: (operation, body) => acme.plugboard.call(operation, { key, ...(body === undefined ? {} : { body }) }),
  });
  const record = async (id: string) => (await ann.call(`GET /api/v1/connections/${id}`)).body;

  it('hands out a page of ours, which asks that person and names who asks, for what, and where', async () => {
    covers('004/link', '004/oauth-pending-201');
    const { id, oauthUrl } = await begin(agent, 'Trips');
    expect(oauthUrl).toMatch(new RegExp(`^${ours}/connect/[0-9a-f-]{36}$`));
    const page = await ann.browser.open(pathOf(oauthUrl));
    expect(page.status).toBe(200);
    for (const words of [
      'Acme',
      'Trips',
      'Default',
      'The travel agent',
      'openid',
      'read',
      new URL(acme.oidc.issuer).host,
    ])
      expect(page.text).toContain(words);
    expect((await agent.call(`GET /api/v1/connections/${id}/oauth`)).body['oauthUrl']).toBe(oauthUrl);
  });

  it('shows nothing to whoever is not signed in, and nothing of it to somebody else', async () => {
    covers('004/link', '004/foreign');
    const { id, oauthUrl } = await begin(agent, 'Secret plans');
    const stranger = await acme.browser().open(pathOf(oauthUrl));
    expect(stranger).toMatchObject({ status: 303, to: `/sign-in?to=${encodeURIComponent(pathOf(oauthUrl))}` });
    const { browser } = await acme.person('OWNER').catch(() => acme.person('ADMIN'));
    for (const path of [pathOf(oauthUrl), `/connect/${id}`])
      for (const page of [await browser.open(path), await browser.send(path, {})]) {
        expect(page.text).toContain('nothing to sign in to');
        for (const words of ['Secret plans', 'Acme', 'travel']) expect(page.text).not.toContain(words);
      }
    expect(await record(id)).toMatchObject({ status: 'pending' });
  });

  it('goes on to the provider when that person agrees, and counts when they confirm', async () => {
    covers('004/link', '004/callback');
    const { id, oauthUrl } = await begin(agent, 'Agreed');
    const onward = await agree(ann.browser, pathOf(oauthUrl));
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl: onward });
    expect((await confirm(ann.browser, page)).status).toBe(200);
    expect(await record(id)).toMatchObject({ status: 'connected', account: 'ann' });
    expect((await ann.browser.open(pathOf(oauthUrl))).text).toContain('is connected');
  });

  it('agreed to again, the way there from before holds no longer', async () => {
    covers('004/link');
    const { id, oauthUrl } = await begin(agent, 'Hesitant');
    const first = await agree(ann.browser, pathOf(oauthUrl));
    const second = await agree(ann.browser, pathOf(oauthUrl));
    const late = await ann.browser.open(pathOf(await acme.oidc.signIn(first)));
    expect(late.text).toContain('already used or has expired');
    await confirm(ann.browser, await goThrough(acme, { browser: ann.browser, oauthUrl: second }));
    expect(await record(id)).toMatchObject({ status: 'connected' });
  });

  it('at the page of a connection that waits begins one, for whoever manages it', async () => {
    covers('000/connect-sign-in-page', '004/link');
    const made = await ann.call('POST /v1/tools/connectors/acme/connect', { name: 'By name' });
    expect(made.body).toMatchObject({ oauth2_required: true });
    const path = pathOf(String(made.body['connector_page_url']));
    expect((await ann.browser.open(path)).text).toContain('By name');
    const onward = await agree(ann.browser, path);
    expect((await ann.browser.open(path)).text).toContain('Continue to');
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl: onward });
    await confirm(ann.browser, page);
    const mine = (await ann.call('GET /api/v1/connections')).body['items'];
    const named = Array.isArray(mine) ? mine.filter((each) => isRecord(each) && each['label'] === 'By name') : [];
    expect(named).toMatchObject([{ status: 'connected', account: 'ann' }]);
  });

  it('with oauth:direct gets the provider’s own address, and the app answers for its browser', async () => {
    covers('004/direct');
    const direct = withKey(await acme.plugboard.mint({ kind: 'app', scopes: [...may, 'oauth:direct'] }));
    const { id, oauthUrl } = await begin(direct, 'Of an app');
    expect(oauthUrl.startsWith(acme.oidc.endpoints.authorization)).toBe(true);
    const closing = await acme.browser().open(pathOf(await acme.oidc.signIn(oauthUrl, 'bob')));
    expect(closing).toMatchObject({ status: 200, text: expect.stringContaining('bob') });
    const connected = await acme.plugboard.call(`GET /api/v1/connections/${id}`);
    expect(connected.body).toMatchObject({ status: 'connected', account: 'bob' });
  });

  it('with oauth:direct counts no more once the key is gone', async () => {
    covers('004/direct');
    const minted = await acme.plugboard.call('POST /api/v1/api-keys', {
      body: { name: 'Short', kind: 'app', scopes: [...may, 'oauth:direct'] },
    });
    const { id, oauthUrl } = await begin(withKey(String(minted.body['key'])), 'Of a short key');
    const back = pathOf(await acme.oidc.signIn(oauthUrl));
    const { status } = await acme.plugboard.call(`DELETE /api/v1/api-keys/${idIn(minted.body['api_key'])}`);
    expect(status).toBeLessThan(300);
    expect((await acme.browser().open(back)).text).toContain('may no longer do so');
    const left = await acme.plugboard.call(`GET /api/v1/connections/${id}`);
    expect(left.body).toMatchObject({
      status: 'pending',
      statusReason: expect.stringContaining('may no longer do so'),
    });
  });

  it('takes ADMIN to hand out oauth:direct', async () => {
    covers('004/direct');
    const manager = await acme.person('MANAGER');
    const refused = await manager.call('POST /api/v1/api-keys', {
      name: 'Direct',
      kind: 'app',
      scopes: [...may, 'oauth:direct'],
    });
    expect(refused.status).toBe(403);
  });
});

const may = ['connectors:read', 'connections:read', 'connections:write'] as const;

async function keyOf(visitor: Visitor, name: string): Promise<string> {
  const minted = await visitor.call('POST /api/v1/api-keys', { name, scopes: may });
  expect(minted.status, minted.text).toBe(201);
  return String(minted.body['key']);
}
