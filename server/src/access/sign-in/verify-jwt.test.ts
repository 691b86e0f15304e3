import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { movableClock } from '../../../../tests/support/started-access.ts';
import { createVerifyJwt } from './verify-jwt.ts';

const issuer = 'https://id.example';
const oidc = { issuer, clientId: 'plugboard', clientSecret: undefined, audience: undefined };

async function provider(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid };
  const token = (now: number) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(issuer)
      .setAudience('plugboard')
      .setSubject('ada')
      .setExpirationTime(new Date(now + 3_600_000))
      .sign(privateKey);
  return { jwk, token };
}

it('reads the keys once and again after ten minutes', async () => {
  const clock = movableClock();
  const { jwk, token } = await provider('one');
  const asked: string[] = [];
  const verify = createVerifyJwt(oidc, { fetchJson: answering(asked, () => [jwk]), clock });
  await verify(await token(clock.now()));
  expect(await verify(await token(clock.now()))).toBe('ada');
  expect(asked).toEqual([`${issuer}/.well-known/openid-configuration`, `${issuer}/keys`]);
  clock.move(600_000);
  await verify(await token(clock.now()));
  expect(asked).toHaveLength(4);
});

it('finds a new key of the issuer, and asks for unknown ones at most every half minute', async () => {
  const clock = movableClock();
  const [one, two] = [await provider('one'), await provider('two')];
  let keys = [one.jwk];
  const asked: string[] = [];
  const verify = createVerifyJwt(oidc, { fetchJson: answering(asked, () => keys), clock });
  await verify(await one.token(clock.now()));
  keys = [one.jwk, two.jwk];
  expect(await verify(await two.token(clock.now()))).toBeUndefined();
  clock.move(30_000);
  expect(await verify(await two.token(clock.now()))).toBe('ada');
  expect(asked).toHaveLength(4);
});

it('says so where the provider does not answer, and asks again next time', async () => {
  const clock = movableClock();
  const { jwk, token } = await provider('one');
  let away = true;
  const answer = answering([], () => [jwk]);
  const fetchJson = async (url: string) => (away ? Promise.reject(new Error('down')) : answer(url));
  const verify = createVerifyJwt(oidc, { fetchJson, clock });
  await expect(verify(await token(clock.now()))).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  away = false;
  expect(await verify(await token(clock.now()))).toBe('ada');
});

it('refuses a discovery document of another issuer', async () => {
  const clock = movableClock();
  const { token } = await provider('one');
  const fetchJson = async () => ({ issuer: 'https://evil.example', jwks_uri: `${issuer}/keys` });
  const verify = createVerifyJwt(oidc, { fetchJson, clock });
  await expect(verify(await token(clock.now()))).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
});

function answering(asked: string[], keys: () => readonly object[]) {
  return async (url: string): Promise<unknown> => {
    asked.push(url);
    return url.endsWith('/keys') ? { keys: keys() } : { issuer, jwks_uri: `${issuer}/keys` };
  };
}
