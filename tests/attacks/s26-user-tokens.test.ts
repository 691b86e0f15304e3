import { createHmac, createPublicKey } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { base64url, claimsOf, newSigner, type Parts, registerKeys, seconds, type Signer } from '../support/signer.ts';

type Made = (signer: Signer, claims: (changes?: Parts) => Parts) => string;

/** Signs with the text of the public key, as whoever mistakes it for a shared secret would verify. */
function confused({ jwk }: Signer, claims: Parts, secret: string): string {
  const head = `${base64url({ alg: 'HS256', typ: 'plugboard-user+jwt', kid: jwk['kid'] })}.${base64url(claims)}`;
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}

const unsigned = (claims: Parts, header: object) =>
  `${base64url({ alg: 'none', typ: 'plugboard-user+jwt', ...header })}.${base64url(claims)}.`;

const forged: readonly (readonly [what: string, made: Made])[] = [
  ['no signature', (_signer, claims) => unsigned(claims(), { kid: 'first' })],
  ['an empty signature', (signer, claims) => signer.sign(claims()).replace(/[^.]+$/, '')],
  ['the signature of another', (_signer, claims) => newSigner('first').sign(claims())],
  [
    'other claims than were signed',
    (signer, claims) => {
      const [head, , signature] = signer.sign(claims()).split('.');
      return `${head}.${base64url(claims({ sub: 'u_2' }))}.${signature}`;
    },
  ],
  ['the public key as a shared secret', (signer, claims) => confused(signer, claims(), JSON.stringify(signer.jwk))],
  [
    'the public key in PEM as a shared secret',
    (signer, claims) => {
      const pem = createPublicKey({ key: signer.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      return confused(signer, claims(), pem.toString());
    },
  ],
  ['an algorithm that is not the key’s', (_signer, claims) => newSigner('first', 'RS256').sign(claims())],
  ['another algorithm in its header', (signer, claims) => signer.sign(claims(), { alg: 'ES256' })],
  ['a key that nobody registered', (_signer, claims) => newSigner('second').sign(claims())],
  ['no name of a key', (signer, claims) => signer.sign(claims(), { kid: undefined })],
  ['no type', (signer, claims) => signer.sign(claims(), { typ: undefined })],
  ['the type of any JWT', (signer, claims) => signer.sign(claims(), { typ: 'JWT' })],
  ['the type of a link', (signer, claims) => signer.sign(claims({ jti: 'a' }), { typ: 'plugboard-link+jwt' })],
  ['its type in other letters', (signer, claims) => signer.sign(claims(), { typ: 'Plugboard-User+JWT' })],
  ['an address of keys', (signer, claims) => signer.sign(claims(), { jku: 'https://evil.example/keys' })],
  ['an address of a certificate', (signer, claims) => signer.sign(claims(), { x5u: 'https://evil.example/cert' })],
  [
    'a key of its own',
    (_signer, claims) => {
      const own = newSigner('first');
      return own.sign(claims(), { jwk: { ...own.jwk } });
    },
  ],
  ['a certificate of its own', (signer, claims) => signer.sign(claims(), { x5c: ['MIIB'] })],
  ['another audience', (signer, claims) => signer.sign(claims({ aud: 'https://other.example' }))],
  [
    'another audience beside us',
    (signer, claims) => signer.sign(claims({ aud: [claims()['aud'], 'https://other.example'] })),
  ],
  ['no audience', (signer, claims) => signer.sign(claims({ aud: undefined }))],
  ['an issuer that is no key set', (signer, claims) => signer.sign(claims({ iss: 'https://app.example' }))],
  [
    'an issuer that nobody registered',
    (signer, claims) => signer.sign(claims({ iss: '0190a2b4-0000-7000-8000-000000000000' })),
  ],
  ['no subject', (signer, claims) => signer.sign(claims({ sub: undefined }))],
  ['an end that has come', (signer, claims) => signer.sign(claims({ iat: seconds(-60), exp: seconds(-1) }))],
  ['no end', (signer, claims) => signer.sign(claims({ exp: undefined }))],
  ['an end too far away', (signer, claims) => signer.sign(claims({ exp: seconds(3_700) }))],
  ['a beginning that has not come', (signer, claims) => signer.sign(claims({ nbf: seconds(120) }))],
  ['a time of signing that has not come', (signer, claims) => signer.sign(claims({ iat: seconds(120) }))],
  ['no time of signing', (signer, claims) => signer.sign(claims({ iat: undefined }))],
];

describeOnDatabases('S26: a token that an app signs', ({ migrated }) => {
  let plugboard: Plugboard;
  let signer: Signer;
  let issuer: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    signer = newSigner();
    issuer = String((await registerKeys(plugboard, [signer])).body['id']);
  });

  const publicUrl = () => plugboard.app.config.publicUrl;
  const claims = (changes?: Parts) => claimsOf({ publicUrl: publicUrl() }, issuer, changes);
  const me = (token: string, headers: Record<string, string> = {}) =>
    plugboard.call('GET /api/v1/me', { key: token, headers });

  it.each(forged)('with %s is nobody’s', async (_what, made) => {
    covers('key-sets/verify');
    const refused = await me(made(signer, claims));
    expect(refused).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
    expect((await me(signer.sign(claims()))).status).toBe(200);
  });

  it('with an extension that must be understood is nobody’s', async () => {
    const crit = { alg: 'EdDSA', typ: 'plugboard-user+jwt', kid: 'first', crit: ['exp'], exp: 1 };
    const [, payload, signature] = signer.sign(claims()).split('.');
    expect((await me(`${base64url(crit)}.${payload}.${signature}`)).status).toBe(401);
    expect((await me(`${'a'.repeat(20_000)}.${payload}.${signature}`)).status).toBe(401);
    for (const text of ['a.b.c', '..', `${base64url({ typ: 'plugboard-user+jwt' })}..`, `${base64url([])}.e30.a`])
      expect((await me(text)).status).toBe(401);
  });

  it('speaks for the workspace of its key set alone, whatever it is called there', async () => {
    const { call } = await anotherWorkspace(plugboard);
    const theirs = newSigner();
    const registered = await registerKeys({ call }, [theirs]);
    const abroad = String(registered.body['id']);
    expect((await me(theirs.sign(claims()))).status).toBe(401);
    expect((await me(signer.sign(claims({ iss: abroad })))).status).toBe(401);
    const token = theirs.sign(claims({ iss: abroad }));
    const here = (await me(signer.sign(claims()))).body;
    const there = (await me(token)).body;
    expect(there['principal']).not.toBe(here['principal']);
    expect((await me(token, { 'x-workspace': plugboard.workspaceId })).status).toBe(403);
    for (const operation of ['GET', 'PATCH', 'DELETE'])
      expect(
        (
          await plugboard.call(`${operation} /api/v1/user-tokens/key-sets/${abroad}`, {
            body: operation === 'PATCH' ? {} : undefined,
          })
        ).status,
      ).toBe(404);
  });

  it('is not made to count by a private key, a shared one, or two keys of one name', async () => {
    covers('key-sets/private', 'key-sets/register');
    const { privateKey, jwk } = newSigner();
    const whole = { ...privateKey.export({ format: 'jwk' }), kid: 'whole' };
    const answer = await registerKeys(plugboard, [{ jwk: whole }]);
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('burnt') } } });
    expect(answer.text).not.toContain(whole.d);
    const rows = JSON.stringify(await plugboard.app.storage.rows.selectFrom('key_sets').selectAll().execute());
    expect(rows).not.toContain(whole.d);
    for (const keys of [
      [{ jwk: { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' } }],
      [{ jwk }, { jwk }],
      [],
      Array.from({ length: 11 }, (_, n) => newSigner(`${n}`)),
    ])
      expect((await registerKeys(plugboard, keys)).status).toBe(400);
    const odd = { name: 'Odd', jwks: { keys: [jwk], more: 1 } };
    expect((await plugboard.call('POST /api/v1/user-tokens/key-sets', { body: odd })).status).toBe(400);
  });
});
