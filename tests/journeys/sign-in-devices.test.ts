import { beforeAll, expect, it, vi } from 'vitest';
import { type Acme, begin, confirm, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases('signing in by a code for a device (004)', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    ann = await acme.person();
    return () => acme.oidc.stop();
  });

  const device = (who: Pick<Visitor, 'call'>, id: string) =>
    who.call(`POST /api/v1/connections/${id}/oauth`, { flow: 'device' });
  const withKey = (key: string): Pick<Visitor, 'call'> => ({
    call: (operation, body) => acme.plugboard.call(operation, { key, ...(body === undefined ? {} : { body }) }),
  });

  it('answers the code and where to type it in, and asks until it was; that person then sees whose account it is', async () => {
    covers('004/device', '004/callback');
    const { id } = await begin(ann, 'By code');
    const begun = await device(ann, id);
    expect(begun).toMatchObject({
      status: 200,
      body: {
        connection: { id, status: 'pending' },
        oauthUrl: null,
        device: {
          user_code: expect.stringMatching(/^[\w-]{4,64}$/),
          verification_uri: `${acme.oidc.issuer}/device`,
          verification_uri_complete: expect.stringContaining('user_code='),
          expires_in: expect.any(Number),
          interval: expect.any(Number),
        },
      },
    });
    expect(begun.text).not.toContain('device_code');
    await acme.oidc.approveDevice(completeUri(begun.body['device']), 'bob');
    const standing = () => ann.call(`GET /api/v1/connections/${id}/oauth`);
    const page = await vi.waitFor(
      async () => {
        const { body } = await standing();
        expect(body['oauthUrl']).not.toBeNull();
        return ann.browser.open(pathOf(String(body['oauthUrl'])));
      },
      { timeout: 20_000, interval: 250 },
    );
    expect(page.text).toContain('bob');
    expect((await standing()).body['connection']).toMatchObject({ status: 'pending' });
    await confirm(ann.browser, page);
    expect((await standing()).body['connection']).toMatchObject({ status: 'connected', account: 'bob' });
  }, 30_000);

  it('for an app with oauth:direct counts at once', async () => {
    covers('004/device', '004/direct');
    const key = await acme.plugboard.mint({ kind: 'app', scopes: [...may, 'oauth:direct'] });
    const app = withKey(key);
    const { id } = await begin(app, 'Of an app');
    await acme.oidc.approveDevice(completeUri((await device(app, id)).body['device']), 'ann');
    await vi.waitFor(
      async () =>
        expect((await app.call(`GET /api/v1/connections/${id}`)).body).toMatchObject({
          status: 'connected',
          account: 'ann',
        }),
      { timeout: 20_000, interval: 250 },
    );
  }, 30_000);

  it('is not for any key: whoever can be talked into typing a code would hand over their account', async () => {
    covers('004/device');
    const { id } = await begin(ann, 'Refused');
    const minted = await ann.call('POST /api/v1/api-keys', { name: 'An agent', scopes: may });
    const refused = await device(withKey(String(minted.body['key'])), id);
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  });

  it('begun anew, the code from before counts for nothing', async () => {
    covers('004/device');
    const { id } = await begin(ann, 'Twice');
    const first = await device(ann, id);
    await device(ann, id);
    const before = acme.oidc.ledger.length;
    await acme.oidc.approveDevice(completeUri(first.body['device']), 'bob');
    await vi.waitFor(() => expect(acme.oidc.ledger.length).toBeGreaterThan(before), { timeout: 20_000, interval: 100 });
    expect(acme.oidc.ledger.slice(before).filter(({ ok }) => ok)).toEqual([]);
    expect((await ann.call(`GET /api/v1/connections/${id}/oauth`)).body).toMatchObject({
      connection: { status: 'pending', account: null },
      oauthUrl: null,
    });
  }, 30_000);
});

const may = ['connectors:read', 'connections:read', 'connections:write'] as const;

function completeUri(device: unknown): string {
  const { verification_uri_complete: uri } = Object(device);
  return String(uri);
}
