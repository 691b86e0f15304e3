import { beforeAll, expect, it } from 'vitest';
import { type Acme, begin, confirm, connectAcme, goThrough, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases('S8: somebody else in the middle of a sign-in', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let attacker: Visitor;
  let victim: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    [attacker, victim] = [await acme.person(), await acme.person()];
    return () => acme.oidc.stop();
  });

  const record = async (who: Visitor, id: string) => (await who.call(`GET /api/v1/connections/${id}`)).body;

  it('who is sent the provider’s address hands over nothing in their own browser', async () => {
    const { id, oauthUrl } = await begin(attacker, 'Trap');
    const shown = await goThrough(acme, { browser: victim.browser, oauthUrl, as: 'bob' });
    expect(shown).toMatchObject({ status: 400, text: expect.stringContaining('Somebody else began this sign-in') });
    expect(await record(attacker, id)).toMatchObject({ status: 'pending', account: null });
    expect(acme.oidc.ledger.filter(({ ok }) => ok)).toEqual([]);
    expect(
      (await attacker.browser.open(pathOf(oauthUrl.replace(/^.*state=/, '/api/v1/connections/oauth/callback?state='))))
        .text,
    ).toContain('already used');
  });

  it('who is not signed in here is asked who they are, and the code waits for that person alone', async () => {
    const { id, oauthUrl } = await begin(attacker, 'Trap for a stranger');
    const back = pathOf(await acme.oidc.signIn(oauthUrl, 'bob'));
    const stranger = await acme.browser().open(back);
    expect(stranger.status).toBe(303);
    expect(stranger.to).toMatch(/^\/sign-in\?to=/);
    expect(await record(attacker, id)).toMatchObject({ status: 'pending' });
    expect((await victim.browser.open(back)).text).toContain('Somebody else began this sign-in');
  });

  it('the page that asks is shown to its person alone', async () => {
    const minted = await attacker.call('POST /api/v1/api-keys', {
      name: 'Trap',
      scopes: ['connectors:read', 'connections:read', 'connections:write'],
    });
    const key = String(minted.body['key']);
    const asAgent = { call: (operation: string, body?: unknown) => acme.plugboard.call(operation, { key, body }) };
    const { oauthUrl } = await begin(asAgent, 'Trap with a page');
    expect((await victim.browser.open(pathOf(oauthUrl))).text).toContain('nothing to sign in to');
    expect((await victim.browser.send(pathOf(oauthUrl), {})).text).toContain('nothing to sign in to');
  });

  it('a code taken from the victim does not fit the attacker’s handshake', async () => {
    const taken = await begin(victim, 'Mine');
    const code = new URL(await acme.oidc.signIn(taken.oauthUrl, 'bob')).searchParams.get('code') ?? '';
    const own = await begin(attacker, 'Injected');
    const url = new URL(await acme.oidc.signIn(own.oauthUrl, 'ann'));
    url.searchParams.set('code', code);
    const shown = await attacker.browser.open((await attacker.browser.open(pathOf(url))).to ?? '');
    expect(shown.status).toBe(400);
    expect(await record(attacker, own.id)).toMatchObject({ status: 'pending', account: null });
  });

  it('nobody else can say that it is the account, nor can a page elsewhere', async () => {
    const { id, oauthUrl } = await begin(victim, 'Unconfirmed');
    const page = await goThrough(acme, { browser: victim.browser, oauthUrl });
    const action = /action="([^"]+\/confirm)"/.exec(page.text)?.[1] ?? '';
    expect((await attacker.browser.send(action, { accept: 'yes' })).text).toContain('nothing to sign in to');
    for (const origin of [undefined, 'null', 'https://evil.example', 'http://localhost:7401'])
      expect(
        (await victim.browser.send(action, { accept: 'yes' }, { origin, 'sec-fetch-site': 'cross-site' })).status,
      ).toBe(403);
    expect((await victim.browser.send(`/connect/${id}/confirm`, { accept: 'yes' })).status).toBe(400);
    expect(await record(victim, id)).toMatchObject({ status: 'pending' });
  });

  it('who may no longer manage it in the meantime connects nothing', async () => {
    const manager = await acme.person('MANAGER');
    const installed = await manager.call('POST /api/v1/connectors/acme/install?workspace_id=default', {});
    const oauthUrl = String(installed.body['oauth_url']);
    const back = pathOf(await acme.oidc.signIn(oauthUrl));
    const changed = await acme.plugboard.call(`PATCH /api/v1/members/${manager.userId}`, { body: { role: 'VIEWER' } });
    expect(changed.status).toBe(204);
    expect((await manager.browser.open(back)).text).toContain('no longer yours to manage');
    const id = String(installed.body['integration_id']);
    expect((await acme.plugboard.call(`GET /api/v1/connections/${id}`)).body).toMatchObject({ status: 'pending' });
  });

  it('who left the workspace connects nothing in it', async () => {
    const leaver = await acme.person('ADMIN');
    const { oauthUrl } = await begin(leaver, 'Leaving');
    const back = pathOf(await acme.oidc.signIn(oauthUrl));
    expect((await acme.plugboard.call(`DELETE /api/v1/members/${leaver.userId}`)).status).toBeLessThan(300);
    expect((await leaver.browser.open(back)).status).not.toBe(303);
  });

  it('a connection that was deleted meanwhile stays deleted', async () => {
    const { id, oauthUrl } = await begin(victim, 'Deleted');
    const page = await goThrough(acme, { browser: victim.browser, oauthUrl });
    await victim.call(`DELETE /api/v1/connections/${id}`);
    expect((await confirm(victim.browser, page)).text).toContain('nothing to sign in to');
    expect((await victim.call(`GET /api/v1/connections/${id}`)).status).toBe(404);
  });

  it('a handshake says nothing of the connection of another workspace', async () => {
    const id = await connectAcme(acme, victim, { label: 'Here' });
    expect((await attacker.browser.open(`/connect/${id}`)).text).not.toContain('Here');
  });
});
