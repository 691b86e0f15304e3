import { decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { type PrivateJwk, signConnectLink, signUserToken } from './index.ts';

const claims = { iss: '01890a5d-ac96-7a56-8145-270ce6b3bebd', aud: 'https://plugboard.example.com', sub: 'u_1' };

async function keyPair(alg: string): Promise<{ readonly jwk: PrivateJwk; readonly publicJwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const { kty, ...numbers } = await exportJWK(privateKey);
  return { jwk: { ...numbers, kty: String(kty), kid: 'k1', alg, use: 'sig' }, publicJwk: await exportJWK(publicKey) };
}

describe('a token of an app', () => {
  it.each(['EdDSA', 'ES256', 'RS256'])('is signed with %s, and holds', async (alg) => {
    const { jwk, publicJwk } = await keyPair(alg);
    const wish = { ...claims, connectors: ['github'], end_user: { name: 'Ada', email: 'ada@example.com' } };
    const link = await signConnectLink({ ...wish, return_url: 'https://app.example.com/done' }, jwk);
    expect(link).toMatch(/^https:\/\/plugboard\.example\.com\/link\/[\w.-]+$/);
    const token = link.slice(link.lastIndexOf('/') + 1);
    expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'plugboard-link+jwt', kid: 'k1' });
    const { payload } = await jwtVerify(token, await importJWK(publicJwk, alg), {
      audience: claims.aud,
      issuer: claims.iss,
    });
    const { iat = 0, exp = 0, jti, ...rest } = payload;
    expect(rest).toEqual({ ...wish, return_url: 'https://app.example.com/done' });
    expect(exp - iat).toBe(300);
    expect(jti).toMatch(/^[\w-]{22}$/);
  });

  it('for an end user says so, and holds as long as is asked', async () => {
    const { jwk, publicJwk } = await keyPair('EdDSA');
    const token = await signUserToken({ ...claims, connections: [claims.iss], expires_in: 3_600 }, jwk);
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'plugboard-user+jwt' });
    const { payload } = await jwtVerify(token, await importJWK(publicJwk, 'EdDSA'));
    expect(payload).toMatchObject({ sub: 'u_1', connections: [claims.iss] });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3_600);
    expect(payload).not.toHaveProperty('expires_in');
  });

  it('is never the same twice', async () => {
    const { jwk } = await keyPair('EdDSA');
    const tokens = await Promise.all(Array.from({ length: 50 }, () => signConnectLink(claims, jwk)));
    expect(new Set(tokens).size).toBe(50);
  });

  it.each([0, -1, Number.NaN, 601])('of a link does not hold for %i s', async (expires_in) => {
    const { jwk } = await keyPair('EdDSA');
    await expect(signConnectLink({ ...claims, expires_in }, jwk)).rejects.toThrow(TypeError);
  });

  it('of an end user does not hold for more than an hour', async () => {
    const { jwk } = await keyPair('EdDSA');
    await expect(signUserToken({ ...claims, expires_in: 3_601 }, jwk)).rejects.toThrow(TypeError);
  });

  it('is not signed with a key that is public, nameless, of another kind, or broken', async () => {
    const { jwk, publicJwk } = await keyPair('EdDSA');
    const { jwk: foreign } = await keyPair('ES384');
    const wrong: readonly PrivateJwk[] = [
      { ...publicJwk, kty: 'OKP', kid: 'k1' },
      { ...jwk, kid: '' },
      foreign,
      { ...jwk, alg: 'ES256' },
      { ...jwk, d: 'AAAA' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'k1' },
    ];
    for (const key of wrong) await expect(signConnectLink(claims, key)).rejects.toThrow(TypeError);
  });
});
