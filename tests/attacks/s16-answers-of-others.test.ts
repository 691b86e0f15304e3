import { beforeAll, expect, it } from 'vitest';
import { createWorkspace } from '../../server/src/access/workspaces/workspaces.ts';
import { createInvitation } from '../../server/src/access/workspaces/people/invitations.ts';
import type { Context } from '../../server/src/context.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { contextOf } from '../support/instance.ts';
import { loose } from '../support/loose-database.ts';
import { type ApiRequest, type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S16: the answer kept for an Idempotency-Key', ({ migrated }) => {
  let plugboard: Plugboard;
  let home: Context;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    home = await contextOf(plugboard, plugboard.adminKey);
  });

  const post = (path: string, text: string, request: ApiRequest = {}) =>
    plugboard.call(`POST ${path}`, { ...request, headers: { ...request.headers, 'idempotency-key': text } });
  const person = () =>
    plugboard.mint({ kind: 'person', role: 'OWNER', scopes: ['projects:write', 'workspaces:write'] });
  const rows = () =>
    loose(plugboard.app.storage.rows).selectFrom('idempotent_answers').selectAll().orderBy('created_at').execute();

  it('is given to nobody but the credential that asked, on the route it asked', async () => {
    covers('everywhere/10-apart');
    const [one, other] = [await person(), await person()];
    const body = { name: 'For one', slug: 'for-one' };
    const first = await post('/api/projects', 'k', { key: one, body });
    expect(first.status).toBe(201);
    const theirs = await post('/api/projects', 'k', { key: other, body });
    expect(theirs.status).toBe(409);
    expect(theirs.text).not.toContain(String(first.body['id']));
    const elsewhere = await post('/api/v1/crews', 'k', { key: one, body });
    expect(elsewhere.headers['idempotent-replayed']).toBeUndefined();
    expect(elsewhere.body['id']).not.toBe(first.body['id']);
  });

  it('is not the answer of the same person in another workspace', async () => {
    covers('everywhere/10-apart');
    const email = 'both@example.com';
    const invited = await plugboard.call('POST /api/v1/invitations', { body: { email, role: 'OWNER' } });
    const token = new URL(String(invited.body['url'])).hash.slice(1);
    const password = 'correct horse battery';
    await plugboard.call('POST /api/v1/invitations/accept', { key: '', body: { token, name: 'Both', password } });
    const signedIn = await plugboard.call('POST /api/auth/sign-in/email', { key: '', body: { email, password } });
    const session = String(signedIn.body['token']);
    const onWorkspaceCreated = home.vault.createWorkspaceKey.bind(home.vault);
    const { id } = await createWorkspace({ ...home, onWorkspaceCreated }, { name: 'Another', slug: 'another' });
    const abroad = { ...home, caller: { ...home.caller, workspaceId: id }, db: home.storage.workspace(id) };
    const again = await createInvitation(abroad, { email, role: 'OWNER' });
    const join = { key: session, body: { token: again.token.reveal() } };
    expect((await plugboard.call('POST /api/v1/me/invitations', join)).status).toBe(201);

    const body = { name: 'Mine', slug: 'mine' };
    const here = await post('/api/projects?workspace_id=default', 'w', { key: session, body });
    const there = await post('/api/projects?workspace_id=another', 'w', { key: session, body });
    expect([here.status, there.status]).toEqual([201, 201]);
    expect(there.body['id']).not.toBe(here.body['id']);
  });

  it('is gone with the key that asked', async () => {
    const key = await person();
    const body = { name: 'Before', slug: 'before' };
    expect((await post('/api/projects', 'r', { key, body })).status).toBe(201);
    const { data } = (await plugboard.call('GET /api/v1/api-keys')).body;
    const [newest] = Array.isArray(data) ? data : [];
    expect((await plugboard.call(`DELETE /api/v1/api-keys/${newest.id}`)).status).toBe(204);
    expect((await post('/api/projects', 'r', { key, body })).status).toBe(401);
  });

  it('lies sealed in its row: neither key, content nor answer can be read there', async () => {
    covers('everywhere/7-no-secrets');
    const marks = ['name-in-the-body', 'the-idempotency-key'];
    const answer = await post('/api/projects', 'the-idempotency-key', { body: { name: 'name-in-the-body' } });
    const kept = JSON.stringify(await rows());
    expect(kept).toContain('pb1.');
    for (const mark of [...marks, String(answer.body['id'])]) expect(kept).not.toContain(mark);
  });

  it('opens in its own row alone, for what was asked there', async () => {
    const body = { name: 'Sealed', slug: 'sealed' };
    const [one, other] = [await person(), await person()];
    await post('/api/projects', 'sealed', { key: one, body });
    await post('/api/v1/crews', 'sealed', { key: other, body: { name: 'Crew', slug: 'sealed' } });
    const kept = await rows();
    const mine = kept.findLast(({ route }) => route === 'POST /api/projects');
    const theirs = kept.findLast(({ route }) => route === 'POST /api/v1/crews');
    await plugboard.app.storage.transact(async (trx) => {
      await loose(trx.rows)
        .updateTable('idempotent_answers')
        .set({ answer_box: mine?.['answer_box'] ?? null })
        .where('key_hash', '=', String(theirs?.['key_hash']))
        .where('route', '=', 'POST /api/v1/crews')
        .execute();
    });
    const moved = await post('/api/v1/crews', 'sealed', { key: other, body: { name: 'Crew', slug: 'sealed' } });
    expect(moved.status).toBe(500);
    expect(moved.text).not.toContain('sealed');
  });

  it('cannot be had by asking for something else with the key', async () => {
    covers('everywhere/10-other-content');
    const first = await post('/api/projects', 'mine', { body: { name: 'First', slug: 'first' } });
    const probe = await post('/api/projects', 'mine', { body: {} });
    expect(probe.status).toBe(409);
    expect(probe.text).not.toContain(String(first.body['id']));
  });
});
