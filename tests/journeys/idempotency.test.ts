import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type ApiAnswer, type ApiRequest, type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { movableClock } from '../support/started-access.ts';

const hourMs = 3_600_000;

describeOnDatabases('a request with an Idempotency-Key', ({ migrated }) => {
  const clock = movableClock();
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let count = 0;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { clock });
    return () => gitlab.stop();
  });

  const newName = () => `thing-${(count += 1)}`;
  const keyed = (operation: string, idempotencyKey: string, request: ApiRequest = {}) =>
    plugboard.call(operation, { ...request, headers: { ...request.headers, 'idempotency-key': idempotencyKey } });
  const project = (name: string) => ({ name, slug: name });
  const make = (idempotencyKey: string, name: string, request: ApiRequest = {}) =>
    keyed('POST /api/projects', idempotencyKey, { body: project(name), ...request });
  const projectsNamed = async (name: string) => {
    const { data } = (await plugboard.call('GET /api/projects?limit=100')).body;
    return Array.isArray(data) ? data.filter((item) => item.name === name) : [];
  };
  const isReplayed = ({ headers }: ApiAnswer) => headers['idempotent-replayed'] === 'true';

  it('is answered the same a second time, and marked, without being carried out again', async () => {
    covers('everywhere/10-replay');
    const name = newName();
    const first = await make('a-key', name);
    const second = await make('a-key', name);
    expect(first.status).toBe(201);
    expect(isReplayed(first)).toBe(false);
    expect(second).toMatchObject({ status: 201, text: first.text });
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(isReplayed(second)).toBe(true);
    expect(await projectsNamed(name)).toHaveLength(1);
  });

  it('has the same content whatever the order of its fields', async () => {
    const name = newName();
    const first = await make('order', name, { body: { name, slug: name } });
    expect(await make('order', name, { body: { slug: name, name } })).toMatchObject({ text: first.text });
  });

  it('is a 409 with another body, path or query, and nothing is done', async () => {
    covers('everywhere/10-other-content');
    const [one, other] = [newName(), newName()];
    await make('taken', one);
    expect(await make('taken', other)).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT', reason: 'other_request' } },
    });
    expect(await projectsNamed(other)).toEqual([]);

    const install = (connector: string) =>
      keyed(`POST /api/v1/connectors/${connector}/install?workspace_id=default`, 'path', {
        body: { fields: { token: 'glpat-x', base_url: gitlab.url } },
      });
    expect((await install('gitlab')).status).toBe(201);
    expect((await install('github')).status).toBe(409);
  });

  it('waits while the first is being answered: of twenty at once one is carried out', async () => {
    covers('everywhere/10-in-flight');
    const before = await plugboard.call('GET /api/v1/connections?scope=workspace');
    const body = { fields: { token: 'glpat-x', base_url: gitlab.url } };
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        keyed('POST /api/v1/connectors/gitlab/install?workspace_id=default', 'at-once', { body }),
      ),
    );
    expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(all[0]?.status).toBe(201);
    expect(all.filter(isReplayed)).toHaveLength(19);
    const after = await plugboard.call('GET /api/v1/connections?scope=workspace');
    expect(lengthOf(after)).toBe(lengthOf(before) + 1);
  });

  it('that showed a secret once is a 409 with the id of what it made', async () => {
    covers('everywhere/10-secret-once');
    const minting = () => keyed('POST /api/v1/api-keys', 'mint', { body: { name: newNameOnce } });
    const newNameOnce = newName();
    const first = await minting();
    expect(first.status).toBe(201);
    const second = await minting();
    expect(second).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT', reason: 'shown_once' } } });
    expect(second.body['error']).toMatchObject({ id: idOf(first.body['api_key']) });
    expect(second.text).not.toContain(String(first.body['key']));

    const inviting = () =>
      keyed('POST /api/v1/invitations', 'invite', { body: { email: 'once@example.com', role: 'VIEWER' } });
    const invited = await inviting();
    expect((await inviting()).body['error']).toMatchObject({ id: idOf(invited.body['invitation']) });
  });

  it('is another for another caller and on another route', async () => {
    covers('everywhere/10-apart');
    const name = newName();
    await make('shared', name);
    const admin = await plugboard.mint({ kind: 'person', role: 'ADMIN', scopes: ['projects:write'] });
    const theirs = await make('shared', newName(), { key: admin });
    expect(theirs).toMatchObject({ status: 201 });
    expect(isReplayed(theirs)).toBe(false);
    const crew = await keyed('POST /api/v1/crews', 'shared', { body: project(name) });
    expect(crew.status).toBe(201);
    expect(isReplayed(crew)).toBe(false);
  });

  it('is carried out once when it calls a tool, and tells a result that waits for a person again', async () => {
    covers('everywhere/10-replay');
    const connection = await connectGitlab(plugboard, gitlab.url, { label: newName() });
    const call = (key: string, text: string) =>
      keyed(`POST /api/v1/connections/${connection}/tools/create_issue/call`, text, {
        key,
        body: { arguments: { project: 'acme/api', title: 'Once' } },
      });
    const writer = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    const first = await call(writer, 'write');
    expect(first.body).toMatchObject({ status: 'ok' });
    expect((await call(writer, 'write')).text).toBe(first.text);
    expect(gitlab.requests('POST', '/issues')).toHaveLength(1);

    const agent = await plugboard.mint();
    const asked = await call(agent, 'ask');
    expect(asked.status).toBe(202);
    expect(await call(agent, 'ask')).toMatchObject({ status: 202, text: asked.text });
  });

  it('may try again where nothing has happened: refused, unavailable, turned down', async () => {
    covers('everywhere/10-try-again');
    const name = newName();
    expect((await make('again', name, { body: { slug: name } })).status).toBe(400);
    const viewer = await plugboard.mint({ kind: 'person', role: 'VIEWER', scopes: ['projects:write'] });
    expect((await make('again', name, { key: viewer })).status).toBe(403);
    expect((await make('again', name)).status).toBe(201);
    expect((await keyed('POST /api/projects', 'clash', { body: project(name) })).status).toBe(409);
    expect((await make('clash', newName())).status).toBe(201);

    const connection = await connectGitlab(plugboard, gitlab.url, { label: newName() });
    const read = () =>
      keyed(`POST /api/v1/connections/${connection}/tools/get_issue/call`, 'read', {
        body: { arguments: { project: 'acme/api', issue_iid: 1 } },
      });
    gitlab.next('unavailable', 'unavailable', 'unavailable');
    const statuses = [];
    for (let tries = 0; tries < 5; tries += 1) statuses.push((await read()).body['status']);
    expect(statuses[0]).toBe('unavailable');
    expect(statuses.at(-1)).toBe('ok');
  });

  it.each(['', ' ', 'two words', 'naïve', 'x'.repeat(256), 'tab\t'])('is a 400 with the key %j', async (text) => {
    covers('everywhere/10-malformed');
    const name = newName();
    expect(await make(text, name)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    expect(await projectsNamed(name)).toEqual([]);
  });

  it('takes keys of up to 255 characters', async () => {
    expect((await make('~'.repeat(255), newName())).status).toBe(201);
  });

  it('is told the same for a day, and is a new one after that, swept or not', async () => {
    covers('everywhere/10-day');
    const name = newName();
    const first = await make('daily', name);
    clock.move(23 * hourMs);
    expect((await make('daily', name)).text).toBe(first.text);
    clock.move(1 * hourMs + 1000);
    const next = newName();
    expect(await make('daily', next)).toMatchObject({ status: 201, body: { name: next } });
  });

  it('means nothing where nothing is created or called', async () => {
    covers('everywhere/10-where');
    const read = () => keyed('GET /api/projects?limit=100', 'ignored');
    const first = await read();
    await plugboard.call('POST /api/projects', { body: project(newName()) });
    const second = await read();
    expect(second.status).toBe(200);
    expect(second.text).not.toBe(first.text);
    expect((await keyed('PATCH /api/v1/workspaces/default', 'two words', { body: { name: 'Default' } })).status).toBe(
      200,
    );
  });
});

function lengthOf({ body }: ApiAnswer): number {
  const { items } = body;
  return Array.isArray(items) ? items.length : -1;
}

function idOf(record: unknown): unknown {
  return typeof record === 'object' && record !== null && 'id' in record ? record.id : undefined;
}
