import { describe, expect, it } from 'vitest';
import { serverFor } from '../../../tests/support/oauth-door.ts';
import { Secret } from '../lib/secret.ts';
import { authorizationUrl, newVerifier } from './authorization-url.ts';

const addresses = { authorization_url: 'https://as.example/authorize', token_url: 'https://as.example/token' };
const request = {
  client: { clientId: 'us' },
  redirectUri: 'https://plugboard.example/api/v1/connections/oauth/callback',
  state: 'st',
  verifier: new Secret('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
  scopes: ['a', 'b'],
};
const paramsOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

describe('where a browser is sent', () => {
  it('says everything, and the challenge of RFC 7636 appendix B', async () => {
    expect(paramsOf(await authorizationUrl(serverFor(addresses), request))).toEqual({
      response_type: 'code',
      client_id: 'us',
      redirect_uri: request.redirectUri,
      state: 'st',
      scope: 'a b',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
  });

  it('keeps what stands in the address, adds what the manifest says, and lets nothing take our place', async () => {
    const server = serverFor(
      {
        ...addresses,
        authorization_url: 'https://${field.tenant}.as.example/authorize?kind=web&state=theirs',
        authorization_params: {
          access_type: 'offline',
          audience: '${field.tenant}',
          region: '${field.none}',
          client_id: 'them',
        },
      },
      { tenant: 'acme' },
    );
    const { authorization } = server;
    const marked = { ...server, authorization: { ...authorization, url: `${authorization.url}#here` } };
    const url = await authorizationUrl(marked, request);
    expect(url).toMatch(/^https:\/\/acme\.as\.example\/authorize\?kind=web&/);
    expect(url).not.toContain('#');
    expect(paramsOf(url)).toMatchObject({ state: 'st', client_id: 'us', access_type: 'offline', audience: 'acme' });
    expect(paramsOf(url)).not.toHaveProperty('region');
    expect(new URL(url).searchParams.getAll('state')).toEqual(['st']);
  });

  it('writes scopes as the provider wants them, with spaces that every parser reads', async () => {
    const slack = serverFor({ ...addresses, scope_separator: ',', scope_param: 'user_scope' });
    const url = await authorizationUrl(slack, request);
    expect(paramsOf(url)).toMatchObject({ user_scope: 'a,b' });
    expect(paramsOf(url)).not.toHaveProperty('scope');
    expect(await authorizationUrl(serverFor(addresses), request)).toContain('scope=a%20b');
    expect(await authorizationUrl(serverFor({ ...addresses, scope_separator: '+' }), request)).toContain('scope=a%2Bb');
    expect(paramsOf(await authorizationUrl(slack, { ...request, scopes: [] }))).not.toHaveProperty('user_scope');
  });

  it('asks which account is meant without forgetting what else is asked', async () => {
    const google = serverFor({ ...addresses, authorization_params: { prompt: 'consent' } });
    expect(paramsOf(await authorizationUrl(google, request))).toMatchObject({ prompt: 'consent' });
    const asking = { ...request, selectAccount: true };
    expect(paramsOf(await authorizationUrl(google, asking))).toMatchObject({ prompt: 'consent select_account' });
    const own = serverFor({ ...addresses, select_account_params: { force: 'true' } });
    expect(paramsOf(await authorizationUrl(own, asking))).toMatchObject({ force: 'true' });
  });

  it('has no challenge only where the provider refuses one', async () => {
    const without = serverFor({ ...addresses, pkce: false });
    expect(paramsOf(await authorizationUrl(without, request))).not.toHaveProperty('code_challenge');
    const { verifier: _, ...forgotten } = request;
    await expect(authorizationUrl(serverFor(addresses), forgotten)).rejects.toThrow('no verifier');
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'nowhere'])('is never %s', async (url) => {
    const server = serverFor(addresses);
    const evil = { ...server, authorization: { ...server.authorization, url } };
    await expect(authorizationUrl(evil, request)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('has another verifier each time, of 43 characters', () => {
    const [one, two] = [newVerifier().reveal(), newVerifier().reveal()];
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(one).not.toBe(two);
  });
});
