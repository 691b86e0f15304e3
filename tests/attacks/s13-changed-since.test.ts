import { beforeAll, expect, it } from 'vitest';
import { storeTools } from '../../server/src/connections/tools/store-tools.ts';
import { sha256 } from '../../server/src/lib/digest.ts';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { connect, connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { movableClock } from '../support/started-access.ts';

describeOnDatabases('S13', ({ migrated }) => {
  const clock = movableClock();
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { clock });
    return () => gitlab.stop();
  });

  let count = 0;
  const newIssue = () => ({ project: 'acme/api', title: `Call ${(count += 1)}` });
  const call = (key: string, where: string, args: object) =>
    plugboard.call(`POST /api/v1/connections/${where}/call`, { key, body: { arguments: args } });
  const approve = (approval: string, key?: string) =>
    plugboard.call(`POST /api/v1/approvals/${approval}/approve`, key === undefined ? {} : { key });

  /** A connection, an agent, and its call that waits. */
  async function waiting() {
    const connection = await connectGitlab(plugboard, gitlab.url, { label: `Case ${(count += 1)}` });
    const agent = await plugboard.mint();
    const args = newIssue();
    const asked = await call(agent, `${connection}/tools/create_issue`, args);
    return { connection, agent, args, approval: String(asked.body['approval_id']) };
  }
  type Waiting = Awaited<ReturnType<typeof waiting>>;

  const changes: readonly (readonly [string, (waiting: Waiting) => Promise<unknown>])[] = [
    [
      'the credentials were submitted again',
      ({ connection }) =>
        plugboard.call(`POST /api/v1/connections/${connection}/credentials`, {
          body: { base_url: gitlab.url, token: gitlabTokens.valid },
        }),
    ],
    [
      'the policy of the workspace was changed',
      async () => {
        const body = { approval_ttl: 86_400 - (count += 1) };
        expect((await plugboard.call('PATCH /api/v1/workspaces/default/policy', { body })).status).toBe(200);
      },
    ],
    [
      'the key that asked has expired',
      ({ agent }) =>
        loose(plugboard.app.storage.writer)
          .updateTable('api_keys')
          .set({ expires_at: new Date(clock.now() - 1).toISOString() })
          .where('hash', '=', sha256(agent))
          .execute(),
    ],
    [
      'the scope to call tools was taken from the key that asked',
      ({ agent }) =>
        loose(plugboard.app.storage.writer)
          .updateTable('api_keys')
          .set({ scopes: '["tools:read"]' })
          .where('hash', '=', sha256(agent))
          .execute(),
    ],
    [
      'the connection was shared with others',
      async ({ connection }) => {
        const body = { scope: 'workspace' };
        expect((await plugboard.call(`PATCH /api/v1/connections/${connection}`, { body })).status).toBe(200);
      },
    ],
    [
      'the tool goes to another address',
      ({ connection }) =>
        loose(plugboard.app.storage.writer)
          .updateTable('connections')
          .set({ config: JSON.stringify({ base_url: `${gitlab.url}/other` }) })
          .where('id', '=', connection)
          .execute(),
    ],
    [
      'another connection stands behind it',
      async ({ approval }) => {
        const other = await connectGitlab(plugboard, gitlab.url, { label: `Other ${(count += 1)}` });
        await loose(plugboard.app.storage.writer)
          .updateTable('approvals')
          .set({ connection_id: other })
          .where('id', '=', approval)
          .execute();
      },
    ],
    [
      'another tool stands in it',
      ({ approval }) =>
        loose(plugboard.app.storage.writer)
          .updateTable('approvals')
          .set({ tool: 'create_merge_request' })
          .where('id', '=', approval)
          .execute(),
    ],
    [
      'another key stands as the one that asked',
      async ({ approval }) => {
        const me = await plugboard.call('GET /api/v1/me', { key: await plugboard.mint() });
        const id = /"key":\{"id":"([^"]+)"/.exec(me.text)?.[1];
        await loose(plugboard.app.storage.writer)
          .updateTable('approvals')
          .set({ principal: `key:${id}` })
          .where('id', '=', approval)
          .execute();
      },
    ],
    [
      'the key that asked was revoked',
      async ({ agent }) => {
        const me = await plugboard.call('GET /api/v1/me', { key: agent });
        const id = /"key":\{"id":"([^"]+)"/.exec(me.text)?.[1];
        expect((await plugboard.call(`DELETE /api/v1/api-keys/${id}`)).status).toBe(204);
      },
    ],
    [
      'the tool was disabled',
      ({ connection }) =>
        plugboard.call(`PATCH /api/v1/connections/${connection}/tools/create_issue`, { body: { disabled: true } }),
    ],
    [
      'the connection was switched off',
      ({ connection }) => plugboard.call(`PATCH /api/v1/connections/${connection}`, { body: { isActive: false } }),
    ],
    [
      'the connection was deleted, and nobody voided what waited',
      ({ connection }) =>
        loose(plugboard.app.storage.writer)
          .updateTable('connections')
          .set({ deleted_at: new Date(clock.now()).toISOString() })
          .where('id', '=', connection)
          .execute(),
    ],
    [
      'the connection is no longer connected',
      ({ connection }) =>
        loose(plugboard.app.storage.writer)
          .updateTable('connections')
          .set({ status: 'auth_failed' })
          .where('id', '=', connection)
          .execute(),
    ],
  ];

  it.each(changes)('an approved call is voided and not sent where %s since', async (_what, change) => {
    covers('approvals/voided');
    const asked = await waiting();
    await change(asked);
    const sent = gitlab.requests('POST').length;
    expect(await approve(asked.approval)).toMatchObject({ status: 200, body: { status: 'voided' } });
    expect(gitlab.requests('POST')).toHaveLength(sent);
  });

  it('the same call after a voided one is a question of its own', async () => {
    const { connection, agent, args, approval } = await waiting();
    await plugboard.call(`POST /api/v1/connections/${connection}/credentials`, {
      body: { base_url: gitlab.url, token: gitlabTokens.valid },
    });
    await approve(approval);
    const again = await call(agent, `${connection}/tools/create_issue`, args);
    expect(again.body).toMatchObject({ status: 'needs_approval' });
    expect(again.body['approval_id']).not.toBe(approval);
  });

  it('an approved call is voided where the tool of an MCP server has another definition since', async () => {
    const server = await startEchoMcp();
    const connection = await connect(plugboard, ['everything', { url: server.endpoint }]);
    const agent = await plugboard.mint();
    const asked = await call(agent, `${connection}/tools/add_note`, { note: 'x' });
    const schema = { type: 'object', properties: { note: { type: 'string' } } };
    await storeTools(
      { db: plugboard.app.storage.workspace(plugboard.workspaceId), clock },
      { id: connection, generation: 2 },
      [
        {
          name: 'add_note',
          label: 'add_note',
          description: 'Sends it to everybody',
          effect: 'write',
          destructive: false,
          input: schema,
        },
      ],
    );
    expect((await approve(String(asked.body['approval_id']))).body).toMatchObject({ status: 'voided' });
    expect(server.state.notes).toEqual([]);
    await server.stop();
  });

  it('an approved call is voided where its asker may no longer call tools', async () => {
    const person = await addPerson(plugboard, 'MEMBER');
    const shared = await installGitlab(plugboard, gitlab.url);
    const asked = await call(person.token, `${shared}/tools/create_issue`, newIssue());
    expect(asked.status).toBe(202);
    await plugboard.call(`PATCH /api/v1/members/${person.userId}`, { body: { role: 'VIEWER' } });
    const sent = gitlab.requests('POST').length;
    expect((await approve(String(asked.body['approval_id']))).body).toMatchObject({ status: 'voided' });
    expect(gitlab.requests('POST')).toHaveLength(sent);
  });

  it('a call decided five times at once is sent once', async () => {
    const { approval } = await waiting();
    const sent = gitlab.requests('POST').length;
    const decided = await Promise.all(Array.from({ length: 5 }, () => approve(approval)));
    expect(decided.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(gitlab.requests('POST')).toHaveLength(sent + 1);
  });

  it('a call approved and declined at once is either sent or declined', async () => {
    const { approval } = await waiting();
    const sent = gitlab.requests('POST').length;
    const [approved, declined] = await Promise.all([
      approve(approval),
      plugboard.call(`POST /api/v1/approvals/${approval}/decline`),
    ]);
    expect([approved.status, declined.status].sort()).toEqual([200, 409]);
    expect(gitlab.requests('POST').length - sent).toBe(approved.status === 200 ? 1 : 0);
  });

  it('whoever may not use the connection neither sees nor decides its calls, as an ADMIN neither', async () => {
    const { approval } = await waiting();
    const { token: key } = await addPerson(plugboard, 'ADMIN');
    expect((await plugboard.call(`GET /api/v1/approvals/${approval}`, { key })).status).toBe(404);
    expect((await approve(approval, key)).status).toBe(404);
    expect((await plugboard.call(`POST /api/v1/approvals/${approval}/decline`, { key })).status).toBe(404);
    expect((await plugboard.call('GET /api/v1/approvals', { key })).text).not.toContain(approval);
    expect((await plugboard.call(`GET /api/v1/approvals/${approval}`)).body).toMatchObject({ status: 'pending' });
  });

  it('a call that nobody decided within a day cannot be approved any more', async () => {
    const { approval, agent, connection, args } = await waiting();
    clock.move(24 * 3_600_000);
    const sent = gitlab.requests('POST').length;
    expect((await approve(approval)).status).toBe(409);
    expect(gitlab.requests('POST')).toHaveLength(sent);
    expect((await plugboard.call(`GET /api/v1/approvals/${approval}`)).body).toMatchObject({ status: 'expired' });
    const again = await call(agent, `${connection}/tools/create_issue`, args);
    expect(again.status).toBe(202);
    expect(again.body['approval_id']).not.toBe(approval);
  });
});
