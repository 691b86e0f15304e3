import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { newId } from '../../server/src/lib/ids.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { listen } from '../emulators/listen.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { covers } from '../support/covers.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** An identity provider with one key, which signs whatever it is asked to. */
async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }];
  const server = await listen((request, response) => {
    const isKeys = request.url === '/keys';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isKeys ? { keys } : { issuer: server.url, jwks_uri: `${server.url}/keys` }));
  });
  const sign = (sub: string, aud: string) =>
    new SignJWT({ sub, aud, iss: server.url })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setExpirationTime('1h')
      .sign(privateKey);
  return { ...server, sign };
}

/** Ties a subject at the issuer to the owner, as signing in there will. */
async function linkOwner({ app, call }: Plugboard, issuer: string, subject: string): Promise<void> {
  const { body } = await call('GET /api/v1/me');
  const userId = isRecord(body['person']) ? String(body['person']['id']) : '';
  const now = new Date().toISOString();
  const link = { id: newId(), provider_id: `oidc:${issuer}`, account_id: subject, user_id: userId, password: null };
  await app.storage.transact(({ rows }) =>
    rows
      .insertInto('sign_ins')
      .values({ ...link, created_at: now, updated_at: now })
      .execute(),
  );
}

describeOnDatabases('a token of the configured identity provider', ({ migrated }) => {
  it('is a credential for whom its subject is tied to, and for nobody else', async () => {
    covers('everywhere/1-jwt');
    const issuer = await startIssuer();
    try {
      const oidc = { issuer: issuer.url, clientId: undefined, clientSecret: undefined, audience: 'plugboard' };
      const plugboard = await startPlugboard(await migrated(), { oidc });
      await linkOwner(plugboard, issuer.url, 'subject-1');
      const ask = async (sub: string, aud: string) =>
        plugboard.call('GET /api/v1/me', { key: await issuer.sign(sub, aud) });
      expect(await ask('subject-1', 'plugboard')).toMatchObject({ status: 200, body: { via: 'jwt' } });
      expect((await ask('subject-1', 'somebody-else')).status).toBe(401);
      expect((await ask('subject-2', 'plugboard')).status).toBeGreaterThanOrEqual(400);
    } finally {
      await issuer.stop();
    }
  });
});
