import { beforeAll, expect, it } from 'vitest';
import { sealState } from '../../server/src/oauth/handshakes/sealed-state.ts';
import { newId, randomToken } from '../../server/src/lib/ids.ts';
import { type Acme, begin, confirm, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';

const spent = 'already used or has expired';

describeOnDatabases('S8: a state that is not good any more', ({ migrated }) => {
  const startAcme = useAcme();
  const clock = heldClock();
  let acme: Acme;
  let ann: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated(), { plugboard: { clock } });
    ann = await acme.person();
    return () => acme.oidc.stop();
  });

  const status = async (id: string) => (await ann.call(`GET /api/v1/connections/${id}`)).body['status'];

  it('replayed, before and after it counted, changes nothing', async () => {
    const { id, oauthUrl } = await begin(ann, 'Replayed');
    const back = pathOf(await acme.oidc.signIn(oauthUrl));
    const page = await ann.browser.open((await ann.browser.open(back)).to ?? '');
    expect((await ann.browser.open(back)).text).toContain(spent);
    await confirm(ann.browser, page);
    expect((await ann.browser.open(back)).text).toContain(spent);
    expect(await status(id)).toBe('connected');
  });

  it('used many times at once is used once', async () => {
    const { oauthUrl } = await begin(ann, 'At once');
    const back = pathOf(await acme.oidc.signIn(oauthUrl));
    const before = acme.oidc.ledger.length;
    const shown = await Promise.all(Array.from({ length: 8 }, () => ann.browser.open(back)));
    expect(shown.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(acme.oidc.ledger.length - before).toBe(1);
  });

  it('with another code than it came with is spent all the same', async () => {
    const { id, oauthUrl } = await begin(ann, 'Guessed');
    const url = new URL(pathOf(await acme.oidc.signIn(oauthUrl)), 'http://localhost');
    const state = url.searchParams.get('state') ?? '';
    await ann.browser.open(`${url.pathname}?state=${state}&code=guessed&iss=${acme.oidc.issuer}`);
    expect((await ann.browser.open(`${url.pathname}${url.search}`)).text).toContain(spent);
    expect(await status(id)).toBe('pending');
  });

  it.each([
    ['15 minutes later', 15 * 60_000 + 1_000, 400],
    ['just in time', 14 * 60_000, 303],
  ])('%s', async (what, later, expected) => {
    const { oauthUrl } = await begin(ann, what);
    const back = pathOf(await acme.oidc.signIn(oauthUrl));
    clock.forward(later);
    expect((await ann.browser.open(back)).status).toBe(expected);
  });

  it('shown and not confirmed for 15 minutes counts no more', async () => {
    const { id, oauthUrl } = await begin(ann, 'Unconfirmed');
    const page = await ann.browser.open((await ann.browser.open(pathOf(await acme.oidc.signIn(oauthUrl)))).to ?? '');
    clock.forward(15 * 60_000 + 1_000);
    expect((await confirm(ann.browser, page)).text).toContain(spent);
    expect(await status(id)).toBe('pending');
  });

  it('of a handshake that is there, with a nonce that somebody made up, opens nothing', async () => {
    const { id, oauthUrl } = await begin(ann, 'Made up');
    const { vault } = acme.plugboard.app;
    const page = (await ann.call(`GET /api/v1/connections/${id}/oauth`)).body['oauthUrl'];
    expect(page).toBe(oauthUrl);
    const { workspaceId } = acme.plugboard;
    for (const handshakeId of [newId(), id]) {
      const state = sealState(vault, { workspaceId, handshakeId, nonce: randomToken(16) });
      const shown = await ann.browser.open(`/api/v1/connections/oauth/callback?state=${state}&code=1`);
      expect(shown.text).toContain(spent);
    }
  });
});
