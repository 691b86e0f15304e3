import { beforeAll, expect, it } from 'vitest';
import type { Scope } from '../../server/src/access/caller.ts';
import { browse } from '../support/browsing.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type AppUser, type EndUserAsking, openApproval, startEndUserAsking } from '../support/end-user-asking.ts';
import { addPerson } from '../support/people.ts';
import { claimsOf, newSigner, registerKeys } from '../support/signer.ts';

const verbs = ['approve', 'decline', 'acknowledge', 'link'] as const;

describeOnDatabases('S3: a call on the connection of an end user', ({ migrated }) => {
  let asking: EndUserAsking;
  let ada: AppUser;
  let bea: AppUser;
  let issue: { title: string };
  let id: string;

  beforeAll(async () => {
    asking = await startEndUserAsking(await migrated());
    [ada, bea] = [await asking.addUser('u_1'), await asking.addUser('u_2')];
    issue = asking.newIssue();
    id = await asking.ask(ada, issue);
    return () => asking.gitlab.stop();
  });

  const mint = (by: string, kind: 'app' | 'person' | 'agent', scopes: readonly Scope[]) =>
    asking.plugboard.mint({ by, kind, scopes });
  /** Everything that a credential could try with an approval, whoever it says that it was. */
  const tryEverything = async (key: string, approval = id): Promise<readonly number[]> => {
    const bodies = [undefined, { decided_by: { id: 'u_1' } }, { decided_by: { id: 'u_2' } }];
    const tries = verbs.flatMap((verb) =>
      bodies.map((body) => asking.post(`/api/v1/approvals/${approval}/${verb}`, key, verb === 'link' ? {} : body)),
    );
    return (await Promise.all(tries)).map(({ status }) => status);
  };
  const refused = (statuses: readonly number[]): boolean => statuses.every((status) => [403, 404].includes(status));

  it('is decided by nobody of the workspace, whatever their role and their key', async () => {
    covers('end-user-approvals/nobody-else', 'everywhere/13-end-user');
    const { owner, plugboard, app } = asking;
    const people = await Promise.all(
      (['MEMBER', 'MANAGER', 'ADMIN'] as const).map((role) => addPerson(plugboard, role)),
    );
    const decides: Scope[] = ['approvals:decide'];
    const keys = await Promise.all([
      mint(owner.token, 'person', decides),
      mint(owner.token, 'person', ['approvals:decide', 'approvals:read', 'end_users:read', 'end_users:write']),
      mint(owner.token, 'agent', ['tools:call', 'approvals:read']),
      mint(owner.token, 'app', ['tools:call', 'approvals:read', 'end_users:write', 'connect_links:write']),
    ]);
    for (const key of [owner.token, plugboard.adminKey, app, ...people.map(({ token }) => token), ...keys])
      expect(refused(await tryEverything(key))).toBe(true);
  });

  it('is not decided with the token that asked, another one of theirs, or one of somebody else', async () => {
    covers('end-user-approvals/nobody-else', 'end-user-approvals/lineage');
    const tokens = [ada.token, await asking.mintToken('u_1'), bea.token];
    for (const token of tokens) expect(await tryEverything(token)).toEqual(Array.from({ length: 12 }, () => 403));
    const decisions = [{ id, decision: 'approve', decided_by: { id: 'u_1' } }];
    for (const token of tokens)
      expect((await asking.post('/api/v1/approvals/decisions', token, { decisions })).status).toBe(403);
  });

  it('is not decided by a key beside the one that made the token, nor does such a key make the link', async () => {
    covers('end-user-approvals/lineage');
    const { plugboard } = asking;
    const app = await plugboard.mint({ kind: 'app' });
    const beside = await plugboard.mint({ kind: 'app', scopes: ['approvals:decide'] });
    const token = await asking.mintToken('u_3', { by: app });
    const user = { id: 'u_3', token, connection: await connectGitlab(plugboard, asking.gitlab.url, { key: token }) };
    const [asked, again] = [await asking.ask(user), await asking.ask(user)];
    expect((await asking.see(asked, beside)).body).toMatchObject({
      may_decide: false,
      refusal: expect.stringContaining('come from the same key'),
    });
    const decided_by = { id: 'u_3' };
    for (const verb of ['approve', 'decline'])
      expect((await asking.post(`/api/v1/approvals/${asked}/${verb}`, beside, { decided_by })).status).toBe(403);
    expect((await asking.post(`/api/v1/approvals/${asked}/link`, beside)).status).toBe(403);
    expect(refused(await tryEverything(plugboard.adminKey, asked))).toBe(true);
    expect((await asking.decide(again, user, 'decline')).status).toBe(200);
  });

  it('is not decided by a key beside the one that registered what signs the tokens of the app', async () => {
    covers('end-user-approvals/lineage');
    const { plugboard } = asking;
    const signer = newSigner();
    const issuer = String((await registerKeys(plugboard, [signer], { key: plugboard.adminKey })).body['id']);
    const token = await signer.sign(claimsOf(plugboard, issuer, { sub: 'u_4' }));
    const user = { id: 'u_4', token, connection: await connectGitlab(plugboard, asking.gitlab.url, { key: token }) };
    const asked = await asking.ask(user);
    const beside = await plugboard.mint({ kind: 'app', scopes: ['approvals:decide'] });
    const approved = await asking.post(`/api/v1/approvals/${asked}/approve`, beside, { decided_by: { id: 'u_4' } });
    expect(approved.status).toBe(403);
    expect((await asking.post(`/api/v1/approvals/${asked}/link`, beside)).status).toBe(403);
    expect((await asking.decide(asked, user, 'decline')).status).toBe(200);
  });

  it('is nothing to the key for deciding of another workspace, which knows somebody by the same id', async () => {
    covers('end-user-approvals/nobody-else', 'everywhere/6-foreign');
    const elsewhere = await anotherWorkspace(asking.plugboard);
    const body = { name: 'Decider', kind: 'app', scopes: ['approvals:decide'] };
    const abroad = String((await elsewhere.call('POST /api/v1/api-keys', { body })).body['key']);
    await elsewhere.call('POST /api/v1/user-tokens', { body: { end_user: { id: 'u_1' } } });
    expect(await tryEverything(abroad)).toEqual(Array.from({ length: 12 }, () => 404));
    expect((await asking.see(id, abroad)).status).toBe(404);
    const listed = await asking.plugboard.call('GET /api/v1/approvals?end_user=u_1', { key: abroad });
    expect(listed.body).toEqual({ data: [], next_cursor: null });
  });

  it('is not decided by a page without the link, whatever else the browser is', async () => {
    covers('end-user-approvals/page-alone', 'end-user-approvals/address');
    const path = `/approve/${id}`;
    const cookie = await asking.owner.browse(asking.plugboard.publicUrl);
    for (const headers of [
      {},
      { cookie },
      ...[ada.token, asking.decider].map((key) => ({ authorization: `Bearer ${key}` })),
    ]) {
      const browser = browse(asking.plugboard);
      expect((await browser.open(path, headers)).status).toBe(403);
      expect((await browser.send(path, { decision: 'approve', decided_by: 'u_1' }, headers)).status).toBe(403);
    }
  });

  it('is not decided by a page that another link opened: of another call, or of another end user', async () => {
    covers('end-user-approvals/page-alone');
    const others = [await asking.ask(ada), await asking.ask(bea)];
    for (const other of others) {
      const browser = await openApproval(asking, other);
      expect((await browser.open(`/approve/${id}`)).status).toBe(403);
      expect((await browser.send(`/approve/${id}`, { decision: 'approve' })).status).toBe(403);
    }
    const link = { end_user: { id: 'u_1' }, connectors: ['gitlab'] };
    expect((await asking.post('/api/v1/connect-links', ada.token, link)).status).toBe(201);
    const wish = { ...link, purpose: 'approve', approval_id: id };
    expect((await asking.post('/api/v1/connect-links', ada.token, wish)).status).toBe(400);
    expect((await asking.post('/api/v1/connect-links', asking.app, wish)).status).toBe(400);
  });

  it('is not decided by a form of another page, nor by one that was kept', async () => {
    covers('end-user-approvals/page-alone');
    const browser = await openApproval(asking, id);
    const path = `/approve/${id}`;
    const elsewhere = [
      { origin: 'http://127.0.0.1:3000' },
      { origin: 'null' },
      { origin: undefined },
      { 'sec-fetch-site': 'same-site' },
      { 'content-type': 'application/json' },
    ];
    for (const headers of elsewhere)
      expect((await browser.send(path, { decision: 'approve' }, headers)).status).toBe(403);
    const kept = browser.cookie();
    expect(kept).toMatch(/^plugboard-\d+\.link=[\w-]{43}$/);
    const declined = await asking.ask(ada);
    const other = await openApproval(asking, declined);
    await other.send(`/approve/${declined}`, { decision: 'decline' });
    await other.send(`/approve/${declined}`, { decision: 'approve' });
    expect((await asking.see(declined)).body).toMatchObject({ status: 'declined' });
    const forged = browse(asking.plugboard);
    forged.put(`${kept.slice(0, -1)}${kept.endsWith('A') ? 'B' : 'A'}`);
    expect((await forged.send(path, { decision: 'approve' })).status).toBe(403);
  });

  it('was neither sent nor decided by any of this', async () => {
    expect((await asking.see(id)).body).toMatchObject({ status: 'pending', decided_by: null });
    expect(asking.sent(issue.title)).toBe(0);
    expect(asking.gitlab.requests('POST', '/issues')).toEqual([]);
  });
});
