import { beforeAll, expect, it } from 'vitest';
import { type Acme, begin, callback, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { describeOnDatabases } from '../support/databases.ts';

const markup = '<img src=x onerror=alert(1)>"\'&</title><script>alert(2)</script>\u202E';

describeOnDatabases('S8: what comes back from a provider', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    ann = await acme.person();
    return () => acme.oidc.stop();
  });

  const state = (oauthUrl: string): string => new URL(oauthUrl).searchParams.get('state') ?? '';
  const comeBack = async (query: Record<string, string>) => {
    const shown = await ann.browser.open(`/api/v1/connections/oauth/callback?${new URLSearchParams(query)}`);
    return shown.to === undefined ? shown : ann.browser.open(shown.to);
  };
  const record = async (id: string) => (await ann.call(`GET /api/v1/connections/${id}`)).body;

  it('of another issuer is no answer to this sign-in, and its code is never sent anywhere', async () => {
    const { id, oauthUrl } = await begin(ann, 'Mixed up');
    const url = new URL(await acme.oidc.signIn(oauthUrl));
    url.searchParams.set('iss', 'https://evil.example');
    const before = acme.oidc.ledger.length;
    const shown = await ann.browser.open((await ann.browser.open(pathOf(url))).to ?? '');
    expect(shown).toMatchObject({ status: 400, text: expect.stringContaining('no answer to this sign-in') });
    expect(acme.oidc.ledger.length).toBe(before);
    expect(await record(id)).toMatchObject({ status: 'pending' });
  });

  it('with markup in its words stays words', async () => {
    const { id, oauthUrl } = await begin(ann, 'Marked up');
    const iss = acme.oidc.issuer;
    const shown = await comeBack({ state: state(oauthUrl), error: 'access_denied', error_description: markup, iss });
    expect(shown.status).toBe(400);
    for (const raw of ['<img src=x', '<script>alert', '\u202E']) expect(shown.text).not.toContain(raw);
    expect(shown.headers['content-security-policy']).toContain("script-src 'self'");
    const { statusReason } = await record(id);
    expect(String(statusReason).length).toBeLessThan(700);
  });

  it.each([
    ['an error that is markup', { error: '<script>alert(1)</script>' }],
    ['a very long error', { error: 'x'.repeat(5_000), error_description: 'y'.repeat(5_000) }],
    ['neither code nor error', {}],
    ['an empty code', { code: '' }],
    ['a code with control characters', { code: 'a\nb' }],
  ])('with %s is refused, and ends the handshake', async (what, query) => {
    const { id, oauthUrl } = await begin(ann, what);
    const sent = { state: state(oauthUrl), iss: acme.oidc.issuer, ...query };
    const shown = await comeBack(sent);
    expect(shown.status).toBe(400);
    expect(shown.text).not.toContain('<script>alert');
    expect(shown.text.length).toBeLessThan(20_000);
    expect(await record(id)).toMatchObject({ status: 'pending', statusReason: expect.any(String) });
    expect((await comeBack(sent)).text).toContain('already used or has expired');
  });

  it('two codes, two states, or two issuers are none', async () => {
    for (const twice of ['code', 'state', 'iss']) {
      const { id, oauthUrl } = await begin(ann, `Two of ${twice}`);
      const url = new URL(await acme.oidc.signIn(oauthUrl));
      url.searchParams.append(twice, url.searchParams.get(twice) ?? '');
      const first = await ann.browser.open(pathOf(url));
      const shown = first.to === undefined ? first : await ann.browser.open(first.to);
      expect(shown.status).toBe(400);
      expect(await record(id)).toMatchObject({ status: 'pending' });
    }
  });
});

describeOnDatabases('S8: where providers are told to send browsers back to', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated(), { plugboard: { trustProxy: ['127.0.0.1', '::1'] } });
    ann = await acme.person();
    return () => acme.oidc.stop();
  });

  it.each([
    ['x-forwarded-host', 'evil.example'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-port', '1234'],
    ['x-forwarded-prefix', '/evil'],
    ['forwarded', 'host=evil.example;proto=https'],
    ['x-original-host', 'evil.example'],
    ['x-host', 'evil.example'],
    ['origin', 'http://localhost:7400'],
    ['referer', 'https://evil.example/'],
  ])('is our public URL whatever %s says', async (name, value) => {
    const body = { connectorSlug: 'acme', label: name };
    const started = await ann.call('POST /api/v1/connections', body, { [name]: value });
    expect(started.status).toBe(201);
    const url = new URL(String(started.body['oauthUrl']));
    expect(url.searchParams.getAll('redirect_uri')).toEqual([callback]);
  });

  it('and a Host that is not ours begins nothing', async () => {
    const body = { connectorSlug: 'acme', label: 'Host' };
    const refused = await ann.call('POST /api/v1/connections', body, { host: 'evil.example' });
    expect(refused.status).toBe(400);
  });
});
