import { beforeAll, expect, it } from 'vitest';
import { installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type AppUser, type EndUserAsking, startEndUserAsking } from '../support/end-user-asking.ts';
import { newSigner } from '../support/signer.ts';

describeOnDatabases('S3: the token of an end user', ({ migrated }) => {
  let asking: EndUserAsking;
  let ada: AppUser;
  let shared: string;

  beforeAll(async () => {
    asking = await startEndUserAsking(await migrated());
    shared = await installGitlab(asking.plugboard, asking.gitlab.url);
    ada = await asking.addUser('u_1');
    return () => asking.gitlab.stop();
  });

  const ask = (operation: string, body?: object, key = ada.token) =>
    asking.plugboard.call(operation, { key, ...(body && { body }) });

  it('makes no credential, for nobody and of no kind', async () => {
    covers('user-tokens/who-mints', 'user-tokens/closed');
    const end_user = { id: 'u_1' };
    const wishes = [
      ask('POST /api/v1/user-tokens', { end_user }),
      ask('POST /api/v1/user-tokens', { end_user: { id: 'u_2' }, connections: [shared] }),
      ask('POST /api/v1/user-tokens/key-sets', { name: 'Mine', jwks: { keys: [newSigner().jwk] } }),
      ask('POST /api/v1/api-keys', { name: 'Mine' }),
      ask('POST /api/v1/connect-links', { end_user: { id: 'u_2' } }),
      ask('POST /api/v1/invitations', { email: 'me@example.com', role: 'OWNER' }),
      ask('GET /api/v1/user-tokens'),
      ask('DELETE /api/v1/user-tokens?end_user=u_2'),
    ];
    for (const { status } of await Promise.all(wishes)) expect(status).toBe(403);
  });

  it('decides nothing, not even what it asked for itself', async () => {
    const id = await asking.ask(ada);
    for (const verb of ['approve', 'decline', 'acknowledge'])
      expect((await ask(`POST /api/v1/approvals/${id}/${verb}`, { decided_by: { id: 'u_1' } })).status).toBe(403);
    const decisions = [{ id, decision: 'approve', decided_by: { id: 'u_1' } }];
    expect((await ask('POST /api/v1/approvals/decisions', { decisions })).status).toBe(403);
    expect((await ask(`POST /api/v1/approvals/${id}/link`)).status).toBe(403);
  });

  it('reaches no connection by naming it, in whichever part of a request', async () => {
    covers('user-tokens/reach');
    const bea = await asking.addUser('u_2');
    const body = { arguments: { project: 'acme/api', issue_iid: 1 } };
    for (const named of [shared, bea.connection]) {
      const call = (more: object) =>
        ask('POST /api/v1/connections/_/tools/gitlab_get_issue/call', { ...body, ...more });
      expect((await call({ connection: named })).status).toBe(409);
      expect((await call({ connection: ada.connection, run_as: asking.owner.userId })).status).toBe(403);
      expect((await call({ connections: [named] })).status).toBe(400);
      const path = `/v1/tools/connectors/gitlab/connections/${named}/get_issue`;
      expect((await ask(`POST ${path}`, { path_params: { project: 'acme/api', issue_iid: 1 } })).status).toBe(404);
    }
  });

  it('loosens nothing: not a switch, not who may use a connection', async () => {
    const edit = (body: object) => ask(`PATCH /api/v1/connections/${ada.connection}`, body);
    const tool = (body: object) => ask(`PATCH /api/v1/connections/${ada.connection}/tools/create_issue`, body);
    expect((await edit({ scope: 'workspace' })).status).toBe(400);
    expect((await tool({ requires_confirmation: true })).status).toBe(200);
    expect((await tool({ requires_confirmation: false })).status).toBe(403);
    expect((await tool({ disabled: true })).status).toBe(200);
    expect((await tool({ disabled: false })).status).toBe(403);
    expect((await edit({ isActive: false })).status).toBe(200);
    expect((await edit({ isActive: true })).status).toBe(403);
  });

  it('is made by no agent, and names for itself nothing its maker may not use', async () => {
    covers('user-tokens/who-mints', 'user-tokens/named');
    const agent = await asking.plugboard.mint({ by: asking.owner.token });
    const wish = { end_user: { id: 'u_1' }, connections: [shared] };
    expect((await ask('POST /api/v1/user-tokens', wish, agent)).status).toBe(403);
    const less = await asking.plugboard.mint({
      by: asking.owner.token,
      kind: 'app',
      role: 'MEMBER',
      scopes: ['user_tokens:write'],
    });
    expect((await ask('POST /api/v1/user-tokens', wish, less)).status).toBe(403);
    const foreign = { end_user: { id: 'u_3' }, connections: [ada.connection] };
    expect((await ask('POST /api/v1/user-tokens', foreign, asking.app)).status).toBe(400);
  });
});
