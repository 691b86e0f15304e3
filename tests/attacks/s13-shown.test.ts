import { beforeAll, expect, it } from 'vitest';
import { type Asking, startAsking } from '../support/asking.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';

describeOnDatabases('S13: what who decides is shown', ({ migrated }) => {
  let scene: Asking;
  beforeAll(async () => {
    scene = await startAsking(await migrated());
    return () => scene.gitlab.stop();
  });
  const project = 'acme/api';

  it('has every invisible character written out, and beside it the call as it is', async () => {
    covers('approvals/shown');
    const title = 'Close\u202E all\u200B \u{E0041}';
    const id = await scene.ask({ project, title, description: 'first\nsecond' });
    expect((await scene.see(id)).body).toMatchObject({
      arguments: { project, title, description: 'first\nsecond' },
      shown_arguments: { project, title: 'Close⟦U+202E⟧ all⟦U+200B⟧ ⟦U+E0041⟧', description: 'first\nsecond' },
      has_invisible: true,
    });
  });

  it('says where there is nothing to write out', async () => {
    covers('approvals/shown');
    const id = await scene.ask({ project, title: 'Plain' });
    expect((await scene.see(id)).body).toMatchObject({
      has_invisible: false,
      shown: { connection: 'GitLab', target: `POST ${scene.gitlab.url}/api/v4/projects/acme%2Fapi/issues` },
    });
  });

  it('has the label of the connection and the name of the tool written out, also in the list', async () => {
    covers('approvals/shown');
    const { plugboard, connection, ann } = scene;
    await plugboard.call(`PATCH /api/v1/connections/${connection}`, {
      key: ann.token,
      body: { label: 'Test\u2066 only' },
    });
    const id = await scene.ask({ project, title: 'Labelled' });
    await loose(plugboard.app.storage.writer)
      .updateTable('approvals')
      .set({ summary: JSON.stringify({ effect: 'write', destructive: true, label: 'Read\u200F a page' }) })
      .where('id', '=', id)
      .execute();
    const shown = { tool: 'Read⟦U+200F⟧ a page', connection: 'Test⟦U+2066⟧ only' };
    expect((await scene.see(id)).body).toMatchObject({ shown, has_invisible: true });
    const list = await plugboard.call('GET /api/v1/approvals?limit=1', { key: ann.token });
    expect(list.body['data']).toMatchObject([{ id, shown }]);
  });

  it('is all of it, however long, and more than a person can be asked about is not asked', async () => {
    covers('approvals/shown', 'approvals/too-large');
    const title = 'Long';
    const frame = JSON.stringify({ project, title, description: '' }).length;
    const most = 'x'.repeat(256 * 1024 - frame);
    const id = await scene.ask({ project, title, description: most });
    expect((await scene.see(id)).body['shown_arguments']).toEqual({ project, title, description: most });
    const more = await scene.call({ project, title, description: `${most}x` });
    expect(more).toMatchObject({ status: 200, body: { status: 'rejected', reason: 'input' } });
    expect(more.body['message']).toContain('256 KiB');
    expect((await scene.call({ project, title, description: 'ü'.repeat(most.length / 2 + 1) })).body).toMatchObject({
      status: 'rejected',
    });
  });

  it('cannot be another call than the one that is run: a box of another approval does not open, and nothing is sent', async () => {
    covers('approvals/voided');
    const [harmless, other] = [scene.newIssue(), scene.newIssue()];
    const [id, otherId] = [await scene.ask(harmless), await scene.ask(other)];
    const { writer } = scene.plugboard.app.storage;
    const row = await loose(writer).selectFrom('approvals').selectAll().where('id', '=', otherId).executeTakeFirst();
    const box = row?.['arguments_box'];
    await loose(writer).updateTable('approvals').set({ arguments_box: box }).where('id', '=', id).execute();
    const decided = await scene.plugboard.call(`POST /api/v1/approvals/${id}/approve`, { key: scene.ann.token });
    expect(decided.status).toBe(500);
    expect([scene.sent(harmless.title), scene.sent(other.title)]).toEqual([0, 0]);
    const list = await scene.plugboard.call('GET /api/v1/approvals?status=pending', { key: scene.ann.token });
    expect(list.text).toContain(id);
  });
});
