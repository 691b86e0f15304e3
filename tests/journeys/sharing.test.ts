import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('sharing a connection (004)', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let manager: Person;
  let member: Person;
  let nightWorker: Person;
  let crewId: string;
  let count = 0;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    manager = await addPerson(plugboard, 'MANAGER');
    member = await addPerson(plugboard, 'MEMBER');
    nightWorker = await addPerson(plugboard, 'MEMBER');
    const crew = await plugboard.call('POST /api/v1/crews', { body: { name: 'Night shift', slug: 'night' } });
    crewId = String(crew.body['id']);
    await plugboard.call('POST /api/v1/crews', { body: { name: 'Day shift', slug: 'day' } });
    await plugboard.call(`PUT /api/v1/crews/night/members/${nightWorker.userId}`);
    return () => gitlab.stop();
  });

  const newLabel = () => `Acme ${(count += 1)}`;
  const own = (person: Person) => connectGitlab(plugboard, gitlab.url, { key: person.token, label: newLabel() });
  const share = (id: string, body: object, key = manager.token) =>
    plugboard.call(`PATCH /api/v1/connections/${id}`, { key, body });
  const get = (id: string, person = manager) => plugboard.call(`GET /api/v1/connections/${id}`, { key: person.token });
  const sees = async (person: Person, id: string) => (await get(id, person)).status === 200;
  const read = (id: string, person: Person) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
      key: person.token,
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });
  const ask = async (id: string, key: string) => {
    const body = { arguments: { project: 'acme/api', title: `Asked ${newLabel()}` } };
    const asked = await plugboard.call(`POST /api/v1/connections/${id}/tools/create_issue/call`, { key, body });
    return String(asked.body['approval_id']);
  };

  it('a MANAGER’s own becomes the workspace’s: everybody uses it, under the same handle', async () => {
    covers('004/patch-scope');
    const id = await own(manager);
    const { body: before } = await get(id);
    expect(await sees(member, id)).toBe(false);
    const { status, body } = await share(id, { scope: 'workspace' });
    expect({ status, body }).toEqual({
      status: 200,
      body: { ...before, scope: 'workspace', updatedAt: expect.any(String) },
    });
    expect((await read(id, member)).body).toMatchObject({ status: 'ok' });
    expect((await plugboard.call('GET /api/v1/connections', { key: manager.token })).text).not.toContain(id);
  });

  it.each([
    ['slug', () => 'night'],
    ['id', () => crewId],
  ])('one’s own becomes a crew’s, by the crew’s %s: its members use it and nobody else', async (_how, crew) => {
    covers('004/patch-scope', 'everywhere/12-slugs');
    const id = await own(manager);
    expect((await share(id, { scope: 'crew', crew: crew() })).body).toMatchObject({ scope: 'crew' });
    expect((await read(id, nightWorker)).body).toMatchObject({ status: 'ok' });
    expect((await read(id, member)).status).toBe(404);
  });

  it('a shared one becomes the own of the MANAGER who takes it, and is lost to everybody else', async () => {
    covers('004/patch-scope');
    const id = await installGitlab(plugboard, gitlab.url);
    expect((await share(id, { scope: 'crew', crew: 'night' })).status).toBe(200);
    expect([await sees(nightWorker, id), await sees(member, id)]).toEqual([true, false]);
    expect((await share(id, { scope: 'personal' })).body).toMatchObject({ scope: 'personal' });
    expect([await sees(manager, id), await sees(nightWorker, id)]).toEqual([true, false]);
    expect((await plugboard.call('GET /api/v1/connections', { key: manager.token })).text).toContain(id);
  });

  it('takes the role MANAGER, also of whoever owns it', async () => {
    covers('004/patch-scope-role');
    const id = await own(member);
    for (const wish of [{ scope: 'workspace' }, { scope: 'crew', crew: 'night' }])
      expect(await share(id, wish, member.token)).toMatchObject({
        status: 403,
        body: { error: { code: 'FORBIDDEN' } },
      });
    expect(await sees(manager, id)).toBe(false);
    const shared = await installGitlab(plugboard, gitlab.url);
    expect((await share(shared, { scope: 'personal' }, member.token)).status).toBe(403);
  });

  it('letting others in takes a person, or a key with the scope admin; keeping others out does not', async () => {
    covers('004/patch-scope-loosening');
    const key = await plugboard.mint({ kind: 'app', role: 'MANAGER' });
    const admin = await plugboard.mint({ kind: 'person', scopes: ['connections:write', 'connections:read', 'admin'] });
    const id = await connectGitlab(plugboard, gitlab.url, { label: newLabel() });
    expect((await share(id, { scope: 'workspace' }, key)).status).toBe(403);
    expect((await share(id, { scope: 'crew', crew: 'night' }, key)).status).toBe(403);
    expect((await share(id, { scope: 'crew', crew: 'night' }, admin)).status).toBe(200);
    for (const wider of [{ scope: 'workspace' }, { scope: 'crew', crew: 'day' }, { scope: 'personal' }])
      expect((await share(id, wider, key)).status).toBe(403);
    expect((await share(id, { scope: 'workspace' }, admin)).status).toBe(200);
    expect((await share(id, { scope: 'crew', crew: 'night' }, key)).status).toBe(200);
  });

  it('is refused whole for a crew nobody has, and where scope and crew do not fit', async () => {
    covers('004/patch-scope');
    const id = await own(manager);
    const { body: before } = await get(id);
    for (const [wish, status] of [
      [{ scope: 'crew', crew: 'nonesuch' }, 404],
      [{ scope: 'crew', crew: crypto.randomUUID() }, 404],
      [{ scope: 'crew' }, 400],
      [{ crew: 'night' }, 400],
      [{ scope: 'workspace', crew: 'night' }, 400],
      [{ scope: 'everybody' }, 400],
      [{ scope: 'crew', crew: 7 }, 400],
    ] as const)
      expect((await share(id, { label: 'Half done', ...wish })).status, JSON.stringify(wish)).toBe(status);
    expect((await get(id)).body).toEqual(before);
  });

  it('somebody else’s personal one is a 404, for an ADMIN too', async () => {
    covers('004/foreign');
    const id = await own(member);
    const admin = await addPerson(plugboard, 'ADMIN');
    expect((await share(id, { scope: 'personal' }, admin.token)).status).toBe(404);
  });

  it('as it is already changes nothing, whoever asks', async () => {
    const id = await own(member);
    const { body: before } = await get(id, member);
    const same = await share(id, { scope: 'personal', label: before['label'], isActive: true }, member.token);
    expect(same).toMatchObject({ status: 200, body: before });
    expect((await plugboard.call(`GET /api/v1/events?subject=connection:${id}&type=connection.changed`)).body).toEqual({
      data: [],
      next_cursor: null,
    });
  });

  it('is on record with who had it before and has it now', async () => {
    const id = await own(manager);
    await share(id, { scope: 'crew', crew: 'night', label: 'For the night' });
    const events = await plugboard.call(`GET /api/v1/events?subject=connection:${id}&type=connection.changed`);
    const shared = { from: 'personal', from_crew: null, to: 'crew', to_crew: crewId };
    expect(events.body['data']).toMatchObject([{ data: { changes: ['label', 'scope'], shared } }]);
  });

  it('voids what was asked for while it was somebody else’s', async () => {
    covers('004/patch-scope-approvals');
    const id = await own(manager);
    const agent = await plugboard.mint();
    await share(id, { scope: 'workspace' });
    const approval = await ask(id, agent);
    await share(id, { scope: 'crew', crew: 'night' });
    await share(id, { scope: 'workspace' });
    const sent = gitlab.requests('POST', '/issues').length;
    const decided = await plugboard.call(`POST /api/v1/approvals/${approval}/approve`, { key: manager.token });
    expect(decided.body).toMatchObject({ status: 'voided' });
    expect(gitlab.requests('POST', '/issues')).toHaveLength(sent);
  });

  it('twice at once has one outcome', async () => {
    const id = await own(manager);
    const answers = await Promise.all([
      share(id, { scope: 'workspace' }),
      share(id, { scope: 'crew', crew: 'night' }),
      share(id, { scope: 'crew', crew: 'day' }),
    ]);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const scopes = answers.filter(({ status }) => status === 200).map(({ body }) => body['scope']);
    expect(scopes).toContain((await get(id)).body['scope']);
  });

  it('while it is being checked does not end the check', async () => {
    covers('001/install-pending');
    const arrived = gitlab.ledger.length;
    gitlab.next('slow');
    const fields = { base_url: gitlab.url, token: gitlabTokens.valid };
    const installed = await plugboard.call('POST /api/v1/connectors/gitlab/install?workspace_id=default', {
      body: { fields },
    });
    const id = String(installed.body['integration_id']);
    while (gitlab.ledger.length === arrived) await setTimeout(5);
    expect((await share(id, { scope: 'personal' })).status).toBe(200);
    while ((await get(id)).body['status'] === 'pending') await setTimeout(20);
    expect((await get(id)).body).toMatchObject({ status: 'connected', account: 'ann' });
  });
});
