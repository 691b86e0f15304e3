import { beforeAll, expect, it } from 'vitest';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { browse, type Browsing } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import {
  type AppUser,
  type EndUserAsking,
  openApproval,
  openLinkIn,
  startEndUserAsking,
} from '../support/end-user-asking.ts';

describeOnDatabases('the page on which an end user decides', ({ migrated }) => {
  let asking: EndUserAsking;
  let ada: AppUser;

  beforeAll(async () => {
    asking = await startEndUserAsking(await migrated());
    ada = await asking.addUser('u_1');
    await asking.post('/api/v1/workspaces/default/origins', asking.owner.token, { origin: 'https://app.example' });
    return () => asking.gitlab.stop();
  });

  const press = (browser: Browsing, id: string, form: { decision: string; note?: string }) =>
    browser.send(`/approve/${id}`, { note: '', ...form });

  it('shows the whole call before anything is decided, and nothing of it hides', async () => {
    covers('end-user-approvals/page');
    const title = 'gno\u202Elmth <b>bold</b> "quoted"';
    const description = `line one\nline two\u200B ${'x'.repeat(3_000)} the end`;
    const id = await asking.ask(ada, { project: 'acme/api', title, description });
    const shown = await (await openApproval(asking, id)).open(`/approve/${id}`);
    expect(shown.status).toBe(200);
    const { text } = shown;
    for (const part of ['GitLab', 'ann', 'create_issue', 'It writes or changes something.', 'u_1', 'Waits until'])
      expect(text).toContain(part);
    expect(text).toContain('gno⟦U+202E⟧lmth &#60;b&#62;bold&#60;/b&#62; &#34;quoted&#34;');
    expect(text).toContain('line one\nline two⟦U+200B⟧ xxx');
    expect(text).toContain('x the end');
    expect(text).toContain('cannot be seen as it is');
    expect(text).toContain(`POST ${asking.gitlab.url}/api/v4/projects/acme%2Fapi/issues`);
    expect(text).not.toContain(gitlabTokens.valid);
    expect(shown.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'referrer-policy': 'same-origin',
    });
    expect(Buffer.byteLength(text)).toBeLessThan(12_000);
  });

  it('sends the call once when they approve it, and says so', async () => {
    covers('end-user-approvals/nobody-else', 'end-user-approvals/page', 'everywhere/13-end-user');
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    const browser = await openApproval(asking, id);
    const pressed = await press(browser, id, { decision: 'approve', note: 'Go on.' });
    expect(pressed).toMatchObject({ status: 303, to: `/approve/${id}` });
    expect((await browser.open(`/approve/${id}`)).text).toContain(
      'It was approved and carried out. Note: <bdi>Go on.</bdi>',
    );
    expect(asking.sent(issue.title)).toBe(1);
    expect((await asking.see(id)).body).toMatchObject({
      status: 'done',
      decided_by: expect.stringMatching(/^end_user:/),
      decided_by_end_user: { id: 'u_1' },
      note: 'Go on.',
    });
    expect((await asking.call(ada, issue)).body).toMatchObject({ status: 'ok' });
  });

  it('sends nothing when they decline it, and the agent reads the note', async () => {
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    const browser = await openApproval(asking, id);
    await press(browser, id, { decision: 'decline', note: 'Not that one.' });
    expect((await browser.open(`/approve/${id}`)).text).toContain('nothing was sent. Note');
    expect((await asking.call(ada, issue)).body).toMatchObject({ reason: 'declined', message: 'Not that one.' });
    expect(asking.sent(issue.title)).toBe(0);
  });

  it('decides once: whoever comes second reads what became of it', async () => {
    covers('end-user-approvals/page');
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    const [one, other] = [await openApproval(asking, id), await openApproval(asking, id)];
    await Promise.all([
      press(one, id, { decision: 'approve' }),
      press(other, id, { decision: 'approve' }),
      press(one, id, { decision: 'decline' }),
    ]);
    await press(other, id, { decision: 'approve' });
    expect(asking.sent(issue.title)).toBeLessThanOrEqual(1);
    const texts = [(await one.open(`/approve/${id}`)).text, (await other.open(`/approve/${id}`)).text];
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toContain('<form');
  });

  it('says what the provider made of it where it turned the call down', async () => {
    const id = await asking.ask(ada, { project: 'acme/nothing', title: 'Nowhere' });
    const browser = await openApproval(asking, id);
    await press(browser, id, { decision: 'approve' });
    const { text } = await browser.open(`/approve/${id}`);
    expect(text).toContain('Approved, but not carried out');
    expect(text).toContain('404 Project Not Found');
  });

  it('takes a decision or says what is missing', async () => {
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    const browser = await openApproval(asking, id);
    expect((await press(browser, id, { decision: 'maybe' })).status).toBe(400);
    const tooLong = await press(browser, id, { decision: 'approve', note: 'x'.repeat(501) });
    expect(tooLong).toMatchObject({ status: 400, text: expect.stringContaining('at most 500 characters') });
    expect((await asking.see(id)).body).toMatchObject({ status: 'pending' });
    expect(asking.sent(issue.title)).toBe(0);
  });

  it('is opened by the link once, in one browser, and by a link for this call alone', async () => {
    covers('end-user-approvals/link', 'end-user-approvals/page-alone');
    const [id, other] = [await asking.ask(ada), await asking.ask(ada)];
    const url = await asking.link(id);
    expect(url).toMatch(/\/link\/[\w-]{43}$/);
    const browser = browse(asking.plugboard);
    expect(await openLinkIn(browser, url)).toBe(`/approve/${id}`);
    expect((await browser.open(`/approve/${id}`)).status).toBe(200);
    expect((await browser.open(`/approve/${other}`)).status).toBe(403);
    expect((await press(browser, other, { decision: 'approve' })).status).toBe(403);
    const second = browse(asking.plugboard);
    await expect(openLinkIn(second, url)).rejects.toThrow('The link is closed');
    expect((await second.open(`/approve/${id}`)).status).toBe(403);
    expect((await asking.see(other)).body).toMatchObject({ status: 'pending' });
  });

  it('leads back to the app, where the app said and its workspace registered', async () => {
    covers('end-user-approvals/link');
    const id = await asking.ask(ada);
    const back = (return_url: string) => asking.post(`/api/v1/approvals/${id}/link`, asking.decider, { return_url });
    for (const evil of ['https://evil.example/', 'https://app.example.evil.example/', 'javascript:alert(1)', '/tasks'])
      expect((await back(evil)).status).toBe(400);
    const browser = await openApproval(asking, id, { return_url: 'https://app.example/tasks?tab=1' });
    await press(browser, id, { decision: 'decline' });
    const { text } = await browser.open(`/approve/${id}`);
    expect(text).toContain(`https://app.example/tasks?tab=1&#38;approval_id=${id}&#38;status=declined`);
  });

  it('has no link for a call that no longer waits', async () => {
    covers('end-user-approvals/link');
    const id = await asking.ask(ada);
    await asking.decide(id, ada, 'decline');
    const refused = await asking.post(`/api/v1/approvals/${id}/link`, asking.decider);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT', status: 'declined' } } });
    expect(
      (await asking.post('/api/v1/approvals/0190a2b4-0000-7000-8000-000000000000/link', asking.decider)).status,
    ).toBe(404);
  });

  it('closes with the key that made its link', async () => {
    covers('end-user-approvals/page-alone');
    const scopes = ['approvals:decide'] as const;
    const key = await asking.plugboard.mint({ by: asking.owner.token, kind: 'app', scopes });
    const id = await asking.ask(ada);
    const browser = await openApproval({ ...asking, link: linkBy(key) }, id);
    expect((await browser.open(`/approve/${id}`)).status).toBe(200);
    const { body } = await asking.plugboard.call('GET /api/v1/api-keys?limit=1', { key: asking.owner.token });
    const [last] = Array.isArray(body['data']) ? body['data'] : [];
    await asking.plugboard.call(`DELETE /api/v1/api-keys/${String(last.id)}`, { key: asking.owner.token });
    expect((await press(browser, id, { decision: 'approve' })).status).toBe(403);
    expect((await asking.see(id)).body).toMatchObject({ status: 'pending' });
  });

  function linkBy(key: string): EndUserAsking['link'] {
    return async (id) => String((await asking.post(`/api/v1/approvals/${id}/link`, key)).body['url']);
  }
});
