import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { newId } from '../../server/src/lib/ids.ts';
import { describeOnEngines } from '../support/databases.ts';
import { startedAccess } from '../support/started-access.ts';
import type { StartedAccess } from '../support/started-access.ts';

const issuer = 'https://id.example';
const oidc = { issuer, clientId: 'client', clientSecret: undefined, audience: 'plugboard' };
const hour = 3_600;
type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: Pair;
let strange: Pair;

beforeAll(async () => {
  [ours, strange] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')]);
});

const good = (): JWTPayload => ({
  iss: issuer,
  aud: 'plugboard',
  sub: 'subject-of-ada',
  exp: Math.floor(Date.now() / 1_000) + hour,
});
const sign = (claims: JWTPayload, key: Pair = ours) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key.privateKey);

async function fetchJson(url: string): Promise<unknown> {
  if (!url.endsWith('/keys')) return { issuer, jwks_uri: `${issuer}/keys` };
  return { keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'k', alg: 'RS256' }] };
}

async function withAda(storage: StartedAccess['storage']) {
  const world = await startedAccess(storage, { oidc, fetchJson });
  const ada = await world.person('ADMIN', 'ada@example.com');
  const now = new Date().toISOString();
  const times = { created_at: now, updated_at: now };
  const link = { id: newId(), provider_id: `oidc:${issuer}`, account_id: 'subject-of-ada', user_id: ada.caller.userId };
  await storage.transact(({ rows }) =>
    rows
      .insertInto('sign_ins')
      .values({ ...link, password: null, ...times })
      .execute(),
  );
  return { ...world, ada, bearer: (token: string) => world.enter({ authorization: `Bearer ${token}` }) };
}

describeOnEngines('S26', (open) => {
  it('a token of the issuer identifies by its subject, and decides and hands out nothing', async () => {
    const { bearer, ada } = await withAda(await open());
    const caller = await bearer(await sign(good()));
    expect(caller).toMatchObject({
      via: 'jwt',
      userId: ada.caller.userId,
      principal: `jwt:${ada.caller.userId}`,
      operator: false,
    });
    for (const scope of ['approvals:decide', 'admin', 'keys:write', 'members:write'] as const) {
      expect(caller.scopes.has(scope)).toBe(false);
    }
  });

  it('refuses other issuers, audiences, signers and times', async () => {
    const { bearer } = await withAda(await open());
    const claims = good();
    const wrong = [
      await sign({ ...claims, iss: `${issuer}/` }),
      await sign({ ...claims, iss: 'https://evil.example' }),
      await sign({ ...claims, aud: 'client' }),
      await sign({ ...claims, aud: 'another' }),
      await sign({ iss: issuer, sub: 'subject-of-ada', exp: claims.exp ?? 0 }),
      await sign({ iss: issuer, aud: 'plugboard', exp: claims.exp ?? 0 }),
      await sign({ iss: issuer, aud: 'plugboard', sub: 'subject-of-ada' }),
      await sign({ ...claims, exp: Math.floor(Date.now() / 1_000) - 1 }),
      await sign({ ...claims, nbf: Math.floor(Date.now() / 1_000) + hour }),
      await sign(claims, strange),
    ];
    for (const token of wrong) await expect(bearer(token)).rejects.toThrow('Nobody.');
  });

  it('refuses no signature, and a public key used as a shared secret', async () => {
    const { bearer } = await withAda(await open());
    await expect(bearer(new UnsecuredJWT(good()).encode())).rejects.toThrow('Nobody.');
    const secret = new TextEncoder().encode(await exportSPKI(ours.publicKey));
    const confused = await new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(secret);
    await expect(bearer(confused)).rejects.toThrow('Nobody.');
  });

  it('an e-mail address identifies nobody, and an unknown subject does not join', async () => {
    const { bearer, storage } = await withAda(await open());
    const claims = { ...good(), sub: 'stranger', email: 'ada@example.com', email_verified: true };
    await expect(bearer(await sign(claims))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('invitation'),
    });
    expect(await storage.rows.selectFrom('people').select('id').execute()).toHaveLength(2);
  });

  it('without a configured issuer no token holds', async () => {
    const world = await startedAccess(await open());
    await expect(world.enter({ authorization: `Bearer ${await sign(good())}` })).rejects.toThrow('Nobody.');
  });
});
