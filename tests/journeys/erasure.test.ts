import { beforeEach, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { sealNow, verify } from '../support/audit.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('somebody who is forgotten', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let person: Person;
  let email: string;
  let connection: string;
  beforeEach(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    person = await addPerson(plugboard, 'MEMBER');
    email = String(
      (await plugboard.call('GET /api/v1/me', { key: person.token })).text.match(/[\w.]+@example.com/)?.[0],
    );
    connection = await connectGitlab(plugboard, gitlab.url, { key: person.token });
    const call = (tool: string, args: object) =>
      plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
        key: person.token,
        body: { arguments: { project: 'acme/api', ...args } },
      });
    expect((await call('get_issue', { issue_iid: 1 })).body['status']).toBe('ok');
    expect((await call('create_issue', { title: 'T' })).status).toBe(202);
    await plugboard.app.calls.flush();
    await sealNow(plugboard.app, plugboard.workspaceId);
    return () => gitlab.stop();
  });

  const erase = () => plugboard.call(`POST /api/v1/members/${person.userId}/erase`);
  const remove = async (): Promise<void> => {
    await plugboard.call(`DELETE /api/v1/connections/${connection}`, { key: person.token });
    const body = { filter: { owner: person.userId }, confirm: true };
    await plugboard.call('POST /api/v1/connections/revoke', { body });
    await plugboard.call(`DELETE /api/v1/members/${person.userId}`);
  };

  /** Every text of the database. */
  async function everything(): Promise<string> {
    const db = loose(plugboard.app.storage.rows);
    const tables = await db.introspection.getTables();
    const rows = await Promise.all(tables.map(({ name }) => db.selectFrom(name).selectAll().execute()));
    return JSON.stringify(rows);
  }

  it('is named nowhere any more, and the records still verify', async () => {
    covers('erasure/forgotten', 'erasure/verifies');
    await remove();
    const before = await everything();
    expect([before.includes(person.userId), before.includes(email)]).toEqual([true, true]);
    const { status, body } = await erase();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        pseudonym: expect.stringMatching(/^erased-/),
        calls: 2,
        approvals: 1,
        connections: 1,
        account: 'deleted',
      },
    });
    const after = await everything();
    expect([after.includes(person.userId), after.includes(email)]).toEqual([false, false]);
    expect(after).toContain(String(body['pseudonym']));
    await sealNow(plugboard.app, plugboard.workspaceId);
    expect(await verify(plugboard)).toMatchObject({ ok: true, calls: 2, said: [] });
    const told = await plugboard.call('GET /api/v1/events?type=member.erased');
    expect(told.body['data']).toMatchObject([{ subject: `member:${String(body['pseudonym'])}`, data: { calls: 2 } }]);
    expect((await erase()).status).toBe(404);
  });

  it('has the same pseudonym everywhere, so that the records still tell what belongs together', async () => {
    covers('erasure/forgotten');
    await remove();
    const { pseudonym } = (await erase()).body;
    const { data } = (await plugboard.call('GET /api/v1/calls')).body;
    expect(Array.isArray(data) && data.map((call) => call.user_id)).toEqual([pseudonym, pseudonym]);
  });

  it('was removed first, and has no connection left', async () => {
    covers('erasure/first-removed');
    expect(await erase()).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('Remove') } },
    });
    await plugboard.call(`DELETE /api/v1/members/${person.userId}`);
    const refused = await erase();
    expect(refused).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('gitlab') } } });
    const admin = await plugboard.mint({ kind: 'person', role: 'ADMIN', scopes: ['members:write'] });
    expect((await plugboard.call(`POST /api/v1/members/${person.userId}/erase`, { key: admin })).status).toBe(403);
  });

  it('keeps an account that another workspace needs', async () => {
    covers('erasure/other-workspaces');
    const { app } = plugboard;
    const made = await plugboard.call('POST /api/v1/workspaces', { body: { name: 'Other', slug: 'other' } });
    const member = { id: 'm', user_id: person.userId, role: 'MEMBER', created_at: new Date().toISOString() };
    await remove();
    const other = app.storage.workspace(String(made.body['id']));
    await other.transact((trx) => trx.rows.insertInto('members').values(member).execute());
    expect((await erase()).body).toMatchObject({ account: 'kept' });
    const me = await plugboard.call('GET /api/v1/me', { key: person.token });
    expect(me.status).toBe(200);
  });
});
