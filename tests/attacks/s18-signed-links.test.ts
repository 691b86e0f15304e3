import type { JWTPayload } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { newId, randomToken } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { formOf, openTheLink } from '../support/link-pages.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { claimsOf, newSigner, registerKeys, type Signer } from '../support/signer.ts';

const publicUrl = 'http://localhost:7400';
const typ = 'plugboard-link+jwt';

describeOnDatabases('S18: links that an app signs itself', ({ migrated }) => {
  let plugboard: Plugboard;
  let replica: Plugboard;
  let signer: Signer;
  let issuer: string;

  beforeAll(async () => {
    const database = await migrated();
    plugboard = await startPlugboard(database);
    replica =
      database.databaseUrl === undefined
        ? plugboard
        : await startPlugboard(database, { adminKey: new Secret(plugboard.adminKey) });
    signer = newSigner();
    const registered = await registerKeys(plugboard, [signer]);
    expect(registered.status, registered.text).toBe(201);
    issuer = String(registered.body['id']);
    const origin = { body: { origin: 'https://app.example' } };
    await plugboard.call('POST /api/v1/workspaces/default/origins', origin);
  });

  const claims = (changes: JWTPayload = {}) => claimsOf({ publicUrl }, issuer, { jti: randomToken(), ...changes });
  const sign = (changes: JWTPayload = {}, header: object = {}) => signer.sign(claims(changes), { typ, ...header });
  const open = (token: string) => browse(plugboard).open(`/link/${token}`);
  const spend = (token: string, at = plugboard) => browse(at).send(`/link/${token}`, {});

  it('needs no request: it is shown, opened once, and on record from then on', async () => {
    covers('connect-links/signed', 'connect-links/get-changes-nothing');
    const token = await sign({
      sub: 'signed',
      end_user: { name: 'Ada' },
      connectors: ['gitlab'],
      return_url: 'https://app.example/back',
      metadata: { plan: 'pro' },
    });
    const shown = await open(token);
    expect(shown).toMatchObject({ status: 200, text: expect.stringContaining('Ada') });
    expect((await plugboard.call('GET /api/v1/end-users/signed')).status).toBe(404);
    const browser = browse(plugboard);
    expect((await openTheLink(browser, `${publicUrl}/link/${token}`)).text).toContain('GitLab');
    const listed = await plugboard.call('GET /api/v1/connect-links?end_user=signed');
    expect(listed.body['data']).toMatchObject([
      { status: 'opened', connectors: ['gitlab'], metadata: { plan: 'pro' }, return_url: 'https://app.example/back' },
    ]);
    const id = Object(listed.body['data'])[0].id;
    const events = await plugboard.call(`GET /api/v1/events?subject=connect_link:${id}`);
    expect(Object(events.body['data']).map(({ type, actor }: Record<string, string>) => [type, actor])).toEqual([
      ['connect_link.opened', expect.stringMatching(/^end_user:/)],
      ['connect_link.created', `key_set:${issuer}`],
    ]);
    expect(await open(token)).toMatchObject({ status: 410, text: expect.stringContaining('was opened already') });
  });

  it('is opened once, by many at once, on all replicas together', async () => {
    covers('connect-links/signed');
    const token = await sign({ sub: 'raced' });
    const { action } = formOf(await open(token));
    expect(action).toBe(`/link/${token}`);
    const sent = await Promise.all(
      Array.from({ length: 8 }, (_, index) => spend(token, index % 2 ? plugboard : replica)),
    );
    expect(sent.filter(({ status }) => status === 303)).toHaveLength(1);
    const listed = await plugboard.call('GET /api/v1/connect-links?end_user=raced');
    expect(listed.body['data']).toHaveLength(1);
  });

  it('its id counts once, whatever else a second one says', async () => {
    covers('connect-links/signed');
    const jti = randomToken();
    expect((await spend(await sign({ jti, sub: 'a' }))).status).toBe(303);
    expect((await spend(await sign({ jti, sub: 'b', connectors: ['github'] }))).status).toBe(410);
    expect((await plugboard.call('GET /api/v1/end-users/b')).status).toBe(404);
  });

  const forged: Readonly<Record<string, () => string | Promise<string>>> = {
    'the token of an end user': () => sign({}, { typ: 'plugboard-user+jwt' }),
    'one without a type': () => sign({}, { typ: undefined }),
    'one of no workspace’s issuer': () => sign({ iss: newId() }),
    'one for another server': () => sign({ aud: 'https://elsewhere.example' }),
    'one for us and another': () => sign({ aud: [publicUrl, 'https://elsewhere.example'] }),
    'one that is over': () => sign({ iat: 1, exp: 2 }),
    'one that lasts longer than ten minutes': () => sign({ exp: Math.floor(Date.now() / 1000) + 700 }),
    'one without an id': () => signer.sign(claimsOf({ publicUrl }, issuer), { typ }),
    'one signed by another key': () => newSigner().sign(claims(), { typ }),
    'one with another kid': () => sign({}, { kid: 'second' }),
    'one that leads away': () => sign({ return_url: 'https://evil.example/' }),
    'one for a connector there is not': () => sign({ connectors: ['no-such'] }),
    'one for scopes of nothing': () => sign({ scopes: ['repo'] }),
    'one for scopes there are not': () => sign({ connectors: ['github'], scopes: ['no:such'] }),
    'one without a signature': async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`,
    'one with the algorithm none': async () => {
      const [, payload = ''] = (await sign()).split('.');
      const header = Buffer.from(JSON.stringify({ alg: 'none', kid: 'first', typ })).toString('base64url');
      return `${header}.${payload}.`;
    },
  };

  it.each(Object.keys(forged))('%s opens nothing', async (what) => {
    covers('connect-links/signed');
    const token = (await forged[what]?.()) ?? '';
    expect((await open(token)).status).toBe(404);
    const sent = await spend(token);
    expect(sent.status).toBe(404);
    expect(sent.headers['set-cookie']).toBeUndefined();
  });

  it('is no credential of the API', async () => {
    const key = await sign({ sub: 'api' });
    expect((await plugboard.call('GET /api/v1/connections', { key })).status).toBe(401);
  });
});
