import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** Contract 004, and our additions (RULINGS 004.1). */
const recordFields = [
  'account',
  'authType',
  'connectorSlug',
  'createdAt',
  'endUser',
  'handle',
  'id',
  'isActive',
  'label',
  'metadata',
  'scope',
  'scopes',
  'status',
  'statusReason',
  'updatedAt',
];

describeOnDatabases('keeping connections (004)', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let ann: Person;
  let count = 0;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    ann = await addPerson(plugboard, 'MEMBER');
    return () => gitlab.stop();
  });

  const connected = () => connectGitlab(plugboard, gitlab.url, { key: ann.token, label: `Acme ${(count += 1)}` });
  const as = (person: Person) => (operation: string, body?: unknown) =>
    plugboard.call(operation, { key: person.token, ...(body === undefined ? {} : { body }) });
  const read = (id: string) =>
    as(ann)(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
      arguments: { project: 'acme/api', issue_iid: 1 },
    });

  it('shows exactly the fields of a record, in camelCase and without a secret', async () => {
    covers('004/record');
    const id = await connected();
    const { body, text } = await as(ann)(`GET /api/v1/connections/${id}`);
    expect(Object.keys(body).sort()).toEqual(recordFields);
    expect(body).toMatchObject({ id, connectorSlug: 'gitlab', scope: 'personal', isActive: true, scopes: [] });
    expect(text).not.toContain(gitlabTokens.valid);
  });

  it('lists one’s own, newest first, as a bare array of the same records', async () => {
    covers('004/list');
    const ids = [await connected(), await connected()];
    const list = await as(ann)('GET /api/v1/connections');
    expect(list.text.startsWith('[')).toBe(true);
    const { items } = list.body;
    if (!Array.isArray(items)) throw new Error('It is no array.');
    expect(items.slice(0, 2).map(({ id }) => id)).toEqual(ids.toReversed());
    for (const item of items) expect(Object.keys(item).sort()).toEqual(recordFields);
  });

  it('lists nobody else’s, and the shared ones for MANAGER and above only', async () => {
    covers('004/list-workspace');
    const own = await connected();
    const installed = await plugboard.call(`POST /api/v1/connectors/gitlab/install?workspace_id=default`, {
      body: { fields: { base_url: gitlab.url, token: gitlabTokens.valid } },
    });
    const shared = String(installed.body['integration_id']);
    const manager = await addPerson(plugboard, 'MANAGER');
    expect((await as(ann)('GET /api/v1/connections?scope=workspace')).status).toBe(403);
    expect((await as(ann)('GET /api/v1/connections')).text).not.toContain(shared);
    const list = await as(manager)('GET /api/v1/connections?scope=workspace');
    expect(list.text).toContain(shared);
    expect(list.text).not.toContain(own);
    expect((await as(manager)('GET /api/v1/connections')).body['items']).toEqual([]);
  });

  it('an id that is no UUID is a 400, on every verb', async () => {
    covers('004/malformed-id');
    for (const operation of ['GET', 'PATCH', 'DELETE'])
      expect((await as(ann)(`${operation} /api/v1/connections/nonsense`)).status).toBe(400);
    expect((await as(ann)('POST /api/v1/connections/nonsense/credentials', {})).status).toBe(400);
  });

  it('somebody else’s is a 404, on every verb, and stays as it is', async () => {
    covers('004/foreign', '004/personal');
    const id = await connected();
    const before = await as(ann)(`GET /api/v1/connections/${id}`);
    const stranger = as(await addPerson(plugboard, 'MANAGER'));
    const path = `/api/v1/connections/${id}`;
    expect((await stranger(`GET ${path}`)).status).toBe(404);
    expect((await stranger(`PATCH ${path}`, { label: 'Mine' })).status).toBe(404);
    expect((await stranger(`DELETE ${path}`)).status).toBe(404);
    expect((await stranger(`POST ${path}/credentials`, { token: 'x' })).status).toBe(404);
    expect((await stranger(`PATCH ${path}/tools/get_issue`, { disabled: true })).status).toBe(404);
    expect((await stranger(`POST ${path}/tools/get_issue/call`, { arguments: {} })).status).toBe(404);
    expect((await as(ann)(`GET ${path}`)).body).toEqual(before.body);
  });

  it('an ADMIN may revoke somebody’s personal one, and neither see nor use it', async () => {
    covers('004/personal');
    const id = await connected();
    const admin = as(await addPerson(plugboard, 'ADMIN'));
    expect((await admin(`GET /api/v1/connections/${id}`)).status).toBe(404);
    expect((await admin(`POST /api/v1/connections/${id}/tools/get_issue/call`, { arguments: {} })).status).toBe(404);
    expect((await admin(`DELETE /api/v1/connections/${id}`)).text).toBe('{"deleted":true}');
    expect((await as(ann)(`GET /api/v1/connections/${id}`)).status).toBe(404);
  });

  it('a shared one is changed by a MANAGER, not by a MEMBER who may use it', async () => {
    covers('004/shared');
    const installed = await plugboard.call(`POST /api/v1/connectors/gitlab/install?workspace_id=default`, {
      body: { fields: { base_url: gitlab.url, token: gitlabTokens.valid } },
    });
    const path = `/api/v1/connections/${String(installed.body['integration_id'])}`;
    const manager = as(await addPerson(plugboard, 'MANAGER'));
    expect((await as(ann)(`GET ${path}`)).status).toBe(200);
    expect((await as(ann)(`PATCH ${path}`, { label: 'Mine' })).status).toBe(403);
    expect((await as(ann)(`DELETE ${path}`)).status).toBe(403);
    const theirs = { base_url: gitlab.url, token: gitlabTokens.readOnly };
    expect((await as(ann)(`POST ${path}/credentials`, theirs)).status).toBe(403);
    expect((await as(ann)(`PATCH ${path}/tools/get_issue`, { disabled: true })).status).toBe(403);
    expect((await manager(`PATCH ${path}`, { label: 'Ours' })).body).toMatchObject({ label: 'Ours' });
    expect((await manager(`DELETE ${path}`)).status).toBe(200);
  });

  it('a new label leaves the handle as it is', async () => {
    covers('004/patch', 'everywhere/16-handles');
    const id = await connected();
    const { body: before } = await as(ann)(`GET /api/v1/connections/${id}`);
    const { body: after } = await as(ann)(`PATCH /api/v1/connections/${id}`, { label: '  Production ' });
    expect(after).toMatchObject({ label: 'Production', handle: before['handle'] });
  });

  it.each([{ label: '' }, { label: 'x'.repeat(121) }, { isActive: 'no' }, { handle: 'mine' }, { status: 'connected' }])(
    'refuses to change %j',
    async (body) => {
      const id = await connected();
      expect((await as(ann)(`PATCH /api/v1/connections/${id}`, body)).status).toBe(400);
    },
  );

  it('one that is switched off hides its tools and refuses calls as disabled, until it is on again', async () => {
    covers('004/inactive', '004/patch');
    const id = await connected();
    const { body } = await as(ann)(`PATCH /api/v1/connections/${id}`, { isActive: false });
    expect(body).toMatchObject({ isActive: false, status: 'connected' });
    const sent = gitlab.ledger.length;
    expect(await read(id)).toMatchObject({ status: 200, body: { status: 'rejected', reason: 'disabled' } });
    expect(gitlab.ledger).toHaveLength(sent);
    expect((await as(ann)('GET /api/v1/tools')).text).not.toContain(`"${String(body['handle'])}__`);
    await as(ann)(`PATCH /api/v1/connections/${id}`, { isActive: true });
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
  });

  it('one tool can be switched off, or made to ask, and remembers both', async () => {
    covers('004/tool-switches', 'everywhere/14-confirmation');
    const id = await connected();
    const path = `PATCH /api/v1/connections/${id}/tools/get_issue`;
    expect((await as(ann)(path, { requires_confirmation: true })).body).toEqual({
      name: 'get_issue',
      disabled: false,
      requires_confirmation: true,
    });
    expect((await read(id)).status).toBe(202);
    expect((await as(ann)(path, { disabled: true })).body).toMatchObject({ requires_confirmation: true });
    expect((await read(id)).body).toMatchObject({ status: 'rejected', reason: 'disabled' });
    expect((await as(ann)(`PATCH /api/v1/connections/${id}/tools/fly`, { disabled: true })).status).toBe(404);
  });

  it('is deleted once and for all', async () => {
    covers('004/delete', '004/delete-destroys', 'everywhere/15-unknown-tool');
    const id = await connected();
    expect((await as(ann)(`DELETE /api/v1/connections/${id}`)).text).toBe('{"deleted":true}');
    expect((await as(ann)(`DELETE /api/v1/connections/${id}`)).status).toBe(404);
    expect((await as(ann)(`GET /api/v1/connections/${id}`)).status).toBe(404);
    expect((await read(id)).status).toBe(404);
    expect((await as(ann)('GET /api/v1/connections')).text).not.toContain(id);
    const row = await plugboard.app.storage.rows
      .selectFrom('connections')
      .select(['status', 'deleted_at'])
      .where('id', '=', id)
      .executeTakeFirst();
    expect(row).toMatchObject({ status: 'revoked', deleted_at: expect.any(String) });
    const secrets = await plugboard.app.storage.rows
      .selectFrom('connection_secrets')
      .select('field')
      .where('connection_id', '=', id)
      .execute();
    expect(secrets).toEqual([]);
  });
});
