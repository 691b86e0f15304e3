import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { clientId, type IdentityProvider, startIdentityProvider } from '../emulators/identity-provider.ts';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startOidc } from '../support/oidc.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { providerSettings, signInAtProvider } from '../support/provider-sign-in.ts';
import { Secret } from '../../server/src/lib/secret.ts';

const ada = { email: 'ada@example.com', password: 'correct horse battery' };

describeOnDatabases('signing in at the identity provider', ({ migrated }) => {
  let provider: IdentityProvider;
  let plugboard: Plugboard;
  beforeAll(async () => {
    provider = await startIdentityProvider();
    plugboard = await startPlugboard(await migrated(), providerSettings(provider));
    await plugboard.call('PUT /api/v1/me/sign-in', { body: ada });
  });
  afterAll(() => provider.stop());
  beforeEach(() => {
    provider.lie = {};
  });
  const whoIs = async (cookie: string) => plugboard.call('GET /api/v1/me', { key: '', headers: { cookie } });

  it('is offered where it is configured, and asks for no more than who somebody is', async () => {
    covers('pages/provider');
    const browser = browse(plugboard);
    expect((await browser.open('/sign-in?to=%2Fdocs')).text).toContain('href="/sign-in/oidc?to=%2Fdocs"');
    const { to = '' } = await browser.open('/sign-in/oidc?to=%2Fdocs');
    expect(Object.fromEntries(new URL(to).searchParams)).toEqual({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: 'http://localhost:7400/sign-in/oidc/callback',
      scope: 'openid email',
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
      code_challenge: expect.stringMatching(/^.{43}$/),
      code_challenge_method: 'S256',
    });
    const without = await startPlugboard(await migrated());
    await without.call('PUT /api/v1/me/sign-in', { body: ada });
    expect((await browse(without).open('/sign-in')).text).not.toContain('oidc');
    expect((await browse(without).open('/sign-in/oidc')).status).toBe(401);
  });

  it('asks for the password once, and from then on is enough', async () => {
    covers('pages/provider', 'pages/provider-tie');
    provider.person = { subject: 'subject-of-ada', email: 'someone@elsewhere.example' };
    const first = browse(plugboard);
    expect(await signInAtProvider(first, provider, { to: '?to=%2Fdocs' })).toMatchObject({
      status: 303,
      to: '/sign-in/oidc/tie',
    });
    expect((await whoIs(first.cookie())).status).toBe(401);
    expect((await first.open('/sign-in/oidc/tie')).text).toContain('someone@elsewhere.example');
    expect((await first.send('/sign-in/oidc/tie', { ...ada, password: 'not her password' })).status).toBe(401);
    expect(await first.send('/sign-in/oidc/tie', ada)).toMatchObject({ status: 303, to: '/docs' });
    expect((await whoIs(first.cookie())).body).toMatchObject({ person: { email: ada.email } });
    expect((await first.open('/sign-in/oidc/tie')).to).toBe('/sign-in');

    const second = browse(plugboard);
    expect(await signInAtProvider(second, provider, { to: '?to=%2Fdocs' })).toMatchObject({ status: 303, to: '/docs' });
    expect((await whoIs(second.cookie())).body).toMatchObject({ via: 'session', person: { email: ada.email } });
    const { body } = await plugboard.call('GET /api/v1/events?type=person.sign_in_tied');
    expect(body['data']).toMatchObject([{ data: { issuer: provider.issuer } }]);
  });

  it('is the same for bearer tokens of the provider', async () => {
    covers('pages/provider-tokens', 'everywhere/1-jwt');
    const exp = Math.floor(Date.now() / 1000) + 300;
    const claims = { iss: provider.issuer, aud: clientId, exp };
    provider.person = { subject: 'subject-with-token' };
    const key = await provider.sign({ ...claims, sub: 'subject-with-token' });
    expect((await plugboard.call('GET /api/v1/me', { key })).status).toBe(403);
    const browser = browse(plugboard);
    await signInAtProvider(browser, provider);
    await browser.send('/sign-in/oidc/tie', ada);
    const me = await plugboard.call('GET /api/v1/me', { key });
    expect(me).toMatchObject({ status: 200, body: { via: 'jwt', person: { email: ada.email } } });
  });

  it('tells the provider our secret the way it asks for, and proves the code is ours', async () => {
    covers('pages/provider');
    await signInAtProvider(browse(plugboard), provider);
    const { form, authorization } = provider.ledger.at(-1) ?? { form: {}, authorization: '' };
    expect(form).toMatchObject({
      grant_type: 'authorization_code',
      redirect_uri: 'http://localhost:7400/sign-in/oidc/callback',
      code_verifier: expect.stringMatching(/^.{43}$/),
    });
    expect(authorization).toMatch(/^Basic /);
  });

  it('says so where the provider is away, and goes on when it is back', async () => {
    covers('pages/provider');
    const sent = await browse(plugboard).open('/sign-in/oidc');
    expect(sent.status).toBe(303);
    provider.lie = { token: (response) => response.writeHead(503).end() };
    const away = await signInAtProvider(browse(plugboard), provider);
    expect(away).toMatchObject({ status: 502, text: expect.stringContaining('does not answer') });
    provider.lie = {};
    expect((await signInAtProvider(browse(plugboard), provider)).status).toBe(303);
  });

  it('works with a certified provider', async () => {
    covers('pages/provider', 'pages/provider-tie');
    const redirectUris = ['http://localhost:7400/sign-in/oidc/callback'];
    const certified = await startOidc({ redirectUris });
    try {
      const { clientId, clientSecret } = certified.client;
      const oidc = { issuer: certified.issuer, clientId, clientSecret: new Secret(clientSecret), audience: undefined };
      const other = await startPlugboard(await migrated(), { oidc });
      await other.call('PUT /api/v1/me/sign-in', { body: ada });
      const comeBack = async (browser = browse(other)) => {
        const { to = '' } = await browser.open('/sign-in/oidc');
        const { pathname, search } = await certified.signIn(to, 'ann');
        return { browser, shown: await browser.open(`${pathname}${search}`) };
      };
      const { browser, shown } = await comeBack();
      expect(shown.to).toBe('/sign-in/oidc/tie');
      expect((await browser.send('/sign-in/oidc/tie', ada)).status).toBe(303);
      const again = await comeBack();
      expect(again.shown.to).toBe('/');
      expect(again.browser.cookie()).toContain('session_token');
    } finally {
      await certified.stop();
    }
  });
});
