import { beforeAll, expect, it, vi } from 'vitest';
import { openCredentials } from '../../server/src/credentials/open-credentials.ts';
import { type Acme, connectAcme, useAcme, type Visitor } from '../support/acme.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';

describeOnDatabases('deleting a connection that somebody signed in to (004)', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    ann = await acme.person();
    return () => acme.oidc.stop();
  });

  it('ends its tokens at the provider, too, and leaves nothing of them here', async () => {
    covers('004/delete-at-provider', '004/delete-destroys');
    const id = await connectAcme(acme, ann, { label: 'Going' });
    const token = await tokenOf(acme, id);
    expect(await acme.oidc.seeToken(token)).toMatchObject({ user: 'ann' });
    const deleted = await ann.call(`DELETE /api/v1/connections/${id}`);
    expect(deleted).toMatchObject({ status: 200, body: { deleted: true } });
    await vi.waitFor(async () => expect(await acme.oidc.seeToken(token)).toBeUndefined(), { timeout: 10_000 });
    await vi.waitFor(async () => {
      const events = await acme.plugboard.call(`GET /api/v1/events?subject=connection:${id}`);
      expect(events.text).toContain('connection.revoked_at_provider');
    });
    const db = loose(acme.plugboard.app.storage.writer);
    for (const table of ['connection_secrets', 'grants'])
      expect(await db.selectFrom(table).selectAll().where('connection_id', '=', id).execute()).toEqual([]);
  });

  it('while the provider is away is done all the same', async () => {
    covers('004/delete', '004/delete-at-provider');
    const gone = await startAcme(await migrated());
    const visitor = await gone.person();
    const id = await connectAcme(gone, visitor);
    await gone.oidc.stop();
    expect((await visitor.call(`DELETE /api/v1/connections/${id}`)).body).toEqual({ deleted: true });
    expect((await visitor.call(`GET /api/v1/connections/${id}`)).status).toBe(404);
  });
});

async function tokenOf({ plugboard }: Acme, id: string): Promise<string> {
  const db = plugboard.app.storage.workspace(plugboard.workspaceId);
  const { secrets } = await openCredentials({ vault: plugboard.app.vault, db }, id);
  return secrets['access_token']?.reveal() ?? '';
}
