import { expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { covers } from '../support/covers.ts';
import { loose } from '../support/loose-database.ts';
import { type ApiAnswer, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('a bare array', ({ migrated }) => {
  it('stops at 1,000 and says where it goes on', async () => {
    covers('everywhere/9-bare-arrays');
    const plugboard = await startPlugboard(await migrated());
    const db = plugboard.app.storage.workspace(plugboard.workspaceId);
    const first = await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'github' } });
    expect(first.status).toBe(201);
    const row = await db.rows.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
    const { workspace_id: _, ...values } = row;
    await db.transact(async (trx) => {
      for (let start = 0; start < 1000; start += 100) {
        const copies = Array.from({ length: 100 }, (_each, index) => ({
          ...values,
          id: `01900000-0000-7000-8000-${String(start + index).padStart(12, '0')}`,
          handle: `copy-${start + index}`,
        }));
        await trx.rows.insertInto('connections').values(copies).execute();
      }
    });
    const page = await plugboard.call('GET /api/v1/connections');
    expect(page.body['items']).toHaveLength(1000);
    const rest = await plugboard.call(`GET ${nextOf(page)}`);
    expect(rest.body['items']).toMatchObject([{ handle: 'copy-0' }]);
    expect(rest.headers['link']).toBeUndefined();

    await loose(plugboard.app.storage.writer)
      .updateTable('connections')
      .set({ scope: 'workspace', owner_user_id: null })
      .execute();
    const shared = await plugboard.call('GET /api/v1/integrations');
    expect(shared.body['items']).toHaveLength(1000);
    const last = await plugboard.call(`GET ${nextOf(shared)}`);
    expect(last.body['items']).toMatchObject([{ handle: 'copy-0' }]);
    expect(last.headers['link']).toBeUndefined();
  });
});

function nextOf({ headers }: ApiAnswer): string | undefined {
  return /<http:\/\/localhost:7400(.+)>; rel="next"/.exec(String(headers['link']))?.[1];
}
