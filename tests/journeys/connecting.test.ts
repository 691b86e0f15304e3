import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { catalogFolder, openData } from '../support/catalog-folder.ts';
import { connectGitlab, idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { movableClock } from '../support/started-access.ts';

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describeOnDatabases('connecting with a key (004)', ({ migrated }) => {
  const clock = movableClock();
  const catalogDirs = [catalogFolder({ 'open-data': openData })];
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let count = 0;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { clock, catalogDirs });
    return () => gitlab.stop();
  });

  const newLabel = () => `Acme ${(count += 1)}`;
  const start = (body: object, key = plugboard.adminKey) => plugboard.call('POST /api/v1/connections', { body, key });
  const get = (id: string) => plugboard.call(`GET /api/v1/connections/${id}`);
  const submit = (id: string, body: object) => plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body });
  const pending = async () => idIn((await start({ connectorSlug: 'gitlab', label: newLabel() })).body['connection']);
  const good = () => ({ base_url: gitlab.url, token: gitlabTokens.valid });

  it('starts with a pending connection and the address to submit to', async () => {
    covers('004/api-key-pending', 'everywhere/4-contracts-ignore', 'everywhere/12-ids');
    const started = await start({ connectorSlug: 'gitlab', label: newLabel(), unknown: 'is ignored' });
    const id = idIn(started.body['connection']);
    expect(id).toMatch(uuidV7);
    expect(started).toMatchObject({
      status: 201,
      body: {
        connection: { status: 'pending', authType: 'api_key', scope: 'personal' },
        oauthUrl: null,
        credentialSubmitUrl: `http://localhost:7400/api/v1/connections/${id}/credentials`,
      },
    });
  });

  it('is called by the connector’s name where nobody labels it', async () => {
    expect((await start({ connectorSlug: 'gitlab' })).body).toMatchObject({ connection: { label: 'GitLab' } });
  });

  it('started again while pending is the same row with a 201, also where two start at once', async () => {
    covers('004/pending-again');
    const body = { connectorSlug: 'gitlab', label: newLabel() };
    const both = await Promise.all([start(body), start(body)]);
    const again = await start(body);
    expect(new Set([...both, again].map((answer) => idIn(answer.body['connection']))).size).toBe(1);
    expect([...both, again].map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  it('started again once connected is a 200 with the connection and where to submit again', async () => {
    covers('004/already-connected');
    const label = newLabel();
    const id = await connectGitlab(plugboard, gitlab.url, { label });
    expect(await start({ connectorSlug: 'gitlab', label })).toMatchObject({
      status: 200,
      body: {
        connection: { id, status: 'connected' },
        oauthUrl: null,
        credentialSubmitUrl: expect.stringContaining(`/api/v1/connections/${id}/credentials`),
      },
    });
  });

  it('started by somebody else under the same label is theirs', async () => {
    covers('004/personal');
    const label = newLabel();
    const id = await connectGitlab(plugboard, gitlab.url, { label });
    const { token } = await addPerson(plugboard, 'MEMBER');
    const theirs = await start({ connectorSlug: 'gitlab', label }, token);
    expect(theirs.status).toBe(201);
    expect(idIn(theirs.body['connection'])).not.toBe(id);
  });

  it.each([
    ['an unknown slug', { connectorSlug: 'nonesuch' }, 'nonesuch'],
    ['a missing slug', { label: 'x' }, 'connectorSlug'],
    ['a slug that is no text', { connectorSlug: 7 }, 'connectorSlug'],
    [
      'an OAuth app that nobody has set up',
      { connectorSlug: 'google-calendar' },
      'PUT /api/v1/oauth-apps/google-calendar',
    ],
    ['a way of signing in that the connector lacks', { connectorSlug: 'gitlab', authMode: 'none' }, 'none'],
  ])('with %s is a 400 that says so', async (_what, body, word) => {
    covers('004/bad-start');
    const answer = await start(body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    expect(answer.text).toContain(word);
  });

  it('to what asks for nothing is connected at once, and a 200 the second time', async () => {
    covers('004/none');
    const expected = {
      connection: { status: 'connected', authType: 'none' },
      oauthUrl: null,
      credentialSubmitUrl: null,
    };
    const first = await start({ connectorSlug: 'open-data' });
    expect(first).toMatchObject({ status: 201, body: expected });
    const second = await start({ connectorSlug: 'open-data' });
    expect(second).toMatchObject({ status: 200, body: expected });
    expect(idIn(second.body['connection'])).toBe(idIn(first.body['connection']));
  });

  it('to what needs no account but an address is pending, with the address to submit to', async () => {
    covers('004/none');
    expect(await start({ connectorSlug: 'everything', label: newLabel() })).toMatchObject({
      status: 201,
      body: { connection: { status: 'pending', authType: 'none' }, credentialSubmitUrl: expect.any(String) },
    });
  });

  it.each([
    ['by field key', (fields: object) => fields],
    ['under fields', (fields: object) => ({ fields })],
  ])('takes the values %s', async (_how, body) => {
    covers('004/credentials');
    const answer = await submit(await pending(), body(good()));
    expect(answer).toMatchObject({
      status: 200,
      body: { connection: { status: 'connected', statusReason: null, account: 'ann' } },
    });
    expect(answer.text).not.toContain(gitlabTokens.valid);
  });

  it('refuses a value nobody asked for, so that a mistyped secret does not vanish', async () => {
    covers('everywhere/4-field-maps');
    const id = await pending();
    for (const body of [{ ...good(), tokn: 'x' }, { fields: { ...good(), tokn: 'x' } }]) {
      const answer = await submit(id, body);
      expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('tokn') } } });
      expect(answer.text).toContain('token');
    }
    expect((await get(id)).body).toMatchObject({ status: 'pending' });
  });

  it.each([
    ['a missing value', { base_url: 'https://gitlab.example.com' }, 'missing required field: token'],
    ['an address that is none', { base_url: 'nowhere', token: 'x' }, 'base_url must be an http or https address'],
    ['fields that are no object', { fields: 'token' }, 'fields must be an object'],
  ])('refuses %s in words', async (_what, body, words) => {
    covers('001/required-fields', '001/choices-and-types');
    expect(await submit(await pending(), body)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', message: expect.stringContaining(words) } },
    });
  });

  it('leaves a connection as it was where the provider refuses', async () => {
    covers('004/credentials-refused');
    const id = await connectGitlab(plugboard, gitlab.url, { label: newLabel() });
    const before = await get(id);
    const answer = await submit(id, { ...good(), token: gitlabTokens.revoked });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'INVALID_INPUT' } } });
    expect(answer.text).toContain('401');
    expect(answer.text).not.toContain(gitlabTokens.revoked);
    expect((await get(id)).body).toEqual(before.body);
    const read = { arguments: { project: 'acme/api', issue_iid: 1 } };
    const called = await plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, { body: read });
    expect(called.body).toMatchObject({ status: 'ok' });
  });

  it.each(['unavailable', 'reset', 'rate_limit'] as const)(
    'leaves a connection as it was where the provider is away (%s)',
    async (how) => {
      covers('004/credentials-unreachable');
      const id = await connectGitlab(plugboard, gitlab.url, { label: newLabel() });
      const before = await get(id);
      gitlab.next(how);
      const answer = await submit(id, good());
      expect(answer).toMatchObject({ status: 502, body: { error: { code: 'PROVIDER_UNAVAILABLE' } } });
      expect((await get(id)).body).toEqual(before.body);
    },
  );

  it('moves updatedAt with its status and its configuration', async () => {
    covers('004/updated-at');
    const id = await pending();
    const moments = [(await get(id)).body['updatedAt']];
    for (const change of [
      () => submit(id, good()),
      () => submit(id, good()),
      () => plugboard.call(`PATCH /api/v1/connections/${id}`, { body: { isActive: false } }),
    ]) {
      clock.move(1000);
      await change();
      moments.push((await get(id)).body['updatedAt']);
    }
    expect(moments).toEqual([...new Set(moments)].sort());
  });

  it('refuses credentials for what is signed in to through a browser', async () => {
    covers('004/credentials-wrong-kind');
    const installed = await plugboard.call(
      `POST /api/v1/connectors/linear-mcp/install?workspace_id=${plugboard.workspaceId}`,
      { body: {} },
    );
    expect(await submit(String(installed.body['integration_id']), { token: 'x' })).toMatchObject({ status: 400 });
  });
});
