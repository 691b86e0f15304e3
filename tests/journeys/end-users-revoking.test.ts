import { beforeAll, expect, it } from 'vitest';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { type AppBackend, appBackend } from '../support/app-backend.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { finished, itemsIn, revocationNow, revoke } from '../support/revoking.ts';

describeOnDatabases('connections of end users that are revoked by a filter', ({ migrated }) => {
  let plugboard: Plugboard;
  let app: AppBackend;
  let members: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    app = await appBackend(plugboard, await plugboard.mint({ kind: 'app' }));
    const own = await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'gitlab' } });
    members = idIn(own.body['connection']);
  });

  const preview = (filter: object) => plugboard.call('POST /api/v1/connections/revoke', { body: { filter } });
  const meant = async (filter: object) => itemsIn(await preview(filter)).map(({ connection_id: id }) => id);

  it('are those of one end user, who is named as the app calls them in all that is told of it', async () => {
    covers('end-users/revoked');
    const [first, second] = [await app.begin('r_1'), await app.begin('r_1', { label: 'Second' })];
    const other = await app.begin('r_2');
    const shown = await preview({ end_user: 'r_1' });
    expect(itemsIn(shown)).toMatchObject([
      { connection_id: second, end_user: 'r_1', owner: null },
      { connection_id: first, end_user: 'r_1', owner: null },
    ]);
    expect(await meant({ end_user: 'r_1', ids: [first, other] })).toEqual([first]);
    const id = await revoke(plugboard, { end_user: 'r_1' });
    await finished(plugboard, id);
    const { revocation, receipts } = await revocationNow(plugboard, id);
    expect(revocation).toMatchObject({ status: 'finished', filter: { end_user: 'r_1' }, progress: { total: 2 } });
    expect(receipts.map(({ end_user }) => end_user)).toEqual(['r_1', 'r_1']);
    const listed = await plugboard.call('GET /api/v1/connections/revocations?limit=1');
    expect(itemsIn(listed)).toMatchObject([{ id, filter: { end_user: 'r_1' } }]);
    expect(await app.listed('?end_user=r_1')).toEqual([]);
    expect(await app.listed('?end_user=r_2')).toEqual([other]);
    const events = await plugboard.call('GET /api/v1/events?type=revocation.started');
    expect(events.text).not.toContain('r_1');
  });

  it('are those of all end users, and nothing that is personal to a member', async () => {
    covers('end-users/revoked');
    const theirs = await app.begin('s_1');
    const isAmong = async (filter: object) => {
      const ids = await meant(filter);
      return { theirs: ids.includes(theirs), members: ids.includes(members) };
    };
    expect(await isAmong({ scope: 'end_users' })).toEqual({ theirs: true, members: false });
    expect(await isAmong({ scope: 'personal' })).toEqual({ theirs: false, members: true });
    expect(await isAmong({ scope: 'personal', end_user: 's_1' })).toEqual({ theirs: false, members: false });
    for (const filter of [{ connector: 'gitlab' }, { all: true }])
      expect(await isAmong(filter)).toEqual({ theirs: true, members: true });
  });

  it('are nobody’s where the end user is not known here', async () => {
    covers('end-users/revoked', 'end-users/tenants');
    const there = await anotherWorkspace(plugboard);
    const minted = await there.call('POST /api/v1/api-keys', { body: { name: 'App', kind: 'app' } });
    const elsewhere = await appBackend(there, String(minted.body['key']));
    const theirs = await elsewhere.begin('t_1');
    const unknown = await preview({ end_user: 't_1' });
    expect(unknown).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('end-users') } } });
    const mine = await app.begin('t_1');
    expect(await meant({ end_user: 't_1' })).toEqual([mine]);
    await finished(plugboard, await revoke(plugboard, { end_user: 't_1' }));
    expect(await elsewhere.listed('?end_user=t_1')).toEqual([theirs]);
  });
});
