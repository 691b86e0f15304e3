import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { type Addressing, addressingOf, lastCall } from '../support/addressing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('a call on behalf of a member', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let to: Addressing;
  let app: string;
  let member: Person;
  let shared: { readonly id: string; readonly handle: string };

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    to = addressingOf(plugboard, gitlab.url);
    app = await plugboard.mint({ kind: 'app', role: 'ADMIN' });
    member = await addPerson(plugboard, 'MEMBER');
    shared = await to.shared();
    return () => gitlab.stop();
  });

  const runAs = (where: string, named: string, key = app) => to.read(where, { key, body: { run_as: named } });

  it('runs over what both may use and is on record with both, named by id or by e-mail', async () => {
    covers('addressing/run-as');
    expect((await runAs(shared.id, member.userId)).body).toMatchObject({ status: 'ok' });
    expect(await lastCall(plugboard)).toMatchObject({
      principal: `key:${await to.keyId(app)}`,
      on_behalf_of: member.userId,
    });
    const { body } = await plugboard.call(`GET /api/v1/me`, { key: member.token });
    const email = /"email":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
    expect((await runAs(shared.id, email.toUpperCase())).body).toMatchObject({ status: 'ok' });
    expect(await lastCall(plugboard)).toMatchObject({ on_behalf_of: member.userId });
    await to.read(shared.id, { key: app });
    expect(await lastCall(plugboard)).toMatchObject({ on_behalf_of: null });
  });

  it('uses neither the member’s personal connections nor the caller’s', async () => {
    covers('addressing/run-as');
    const [theirs, own] = [await to.personal('Theirs', member.token), await to.personal('Own')];
    expect((await to.read(own.id, { key: app })).body).toMatchObject({ status: 'ok' });
    const sent = gitlab.ledger.length;
    for (const { id, handle } of [theirs, own]) {
      expect((await runAs(id, member.userId)).status).toBe(404);
      expect((await runAs(handle, member.userId)).status).not.toBe(200);
    }
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('uses a crew’s connection only where both are in the crew', async () => {
    covers('addressing/run-as');
    const crew = String((await plugboard.call('POST /api/v1/crews', { body: { name: 'Ops' } })).body['id']);
    const ops = await to.shared();
    await to.edit(ops.id, { scope: 'crew', crew });
    const join = (userId: string) => plugboard.call(`PUT /api/v1/crews/${crew}/members/${userId}`);
    const owner = /"person":\{"id":"([^"]+)"/.exec((await plugboard.call('GET /api/v1/me')).text)?.[1] ?? '';
    await join(owner);
    expect((await runAs(ops.id, member.userId)).status).toBe(404);
    await join(member.userId);
    expect((await runAs(ops.id, member.userId)).body).toMatchObject({ status: 'ok' });
  });

  it('has the lesser role: for a VIEWER nothing is called', async () => {
    covers('addressing/run-as');
    const viewer = await addPerson(plugboard, 'VIEWER');
    expect((await runAs(shared.id, viewer.userId)).status).toBe(403);
  });

  it('that has to wait for a person is that member’s: its approval, its result and its record', async () => {
    covers('addressing/run-as');
    const other = await addPerson(plugboard, 'MEMBER');
    const write = (named: string) =>
      plugboard.call(`POST /api/v1/connections/${shared.id}/tools/create_issue/call?wait=0`, {
        key: app,
        body: { arguments: { project: 'acme/api', title: 'For a member' }, run_as: named },
      });
    const asked = await write(member.userId);
    expect(asked.status).toBe(202);
    expect((await write(other.userId)).body['approval_id']).not.toBe(asked.body['approval_id']);
    const approve = () => plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`);
    expect((await approve()).body).toMatchObject({ status: 'done' });
    expect(await lastCall(plugboard)).toMatchObject({ tool: 'create_issue', on_behalf_of: member.userId });
    const again = await write(other.userId);
    await plugboard.call(`DELETE /api/v1/members/${other.userId}`);
    const voided = await plugboard.call(`POST /api/v1/approvals/${String(again.body['approval_id'])}/approve`);
    expect(voided.body).toMatchObject({ status: 'voided' });
  });

  it('takes ADMIN, and a member of this workspace', async () => {
    covers('addressing/run-as');
    const manager = await plugboard.mint({ kind: 'app', role: 'MANAGER' });
    expect((await runAs(shared.id, member.userId, manager)).status).toBe(403);
    for (const nobody of ['nobody@example.com', crypto.randomUUID(), 'nobody'])
      expect((await runAs(shared.id, nobody)).status).toBe(400);
  });
});
