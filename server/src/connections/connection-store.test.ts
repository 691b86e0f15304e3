import { expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { covers } from '../../../tests/support/covers.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { loose } from '../../../tests/support/loose-database.ts';
import { newCaller } from '../../../tests/support/new-caller.ts';
import { newConnectionRow } from '../../../tests/support/new-connection.ts';
import type { Storage, WorkspaceDb } from '../storage/storage.ts';
import type { Connection } from './connection.ts';
import {
  changeConnection,
  findConnection,
  findOwn,
  insertConnection,
  listUsable,
  type NewConnectionRow,
} from './connection-store.ts';
import { listConnections } from './listing/list-connections.ts';

const day = (number: number) => ({ created_at: `2026-11-0${number}T00:00:00.000Z` });

async function workspace(storage: Storage): Promise<WorkspaceDb> {
  const id = await addWorkspace(storage);
  const crew = { workspace_id: id, id: `${id}-night`, name: 'Night', slug: 'night', created_at: day(1).created_at };
  await loose(storage.writer).insertInto('crews').values(crew).execute();
  return storage.workspace(id);
}

async function add(db: WorkspaceDb, changes: Partial<NewConnectionRow> = {}): Promise<string> {
  const row = newConnectionRow(changes);
  await db.transact((trx) => insertConnection(trx, row));
  return row.id;
}

/** One of each: ann's, bob's, the crew's, the workspace's and a deleted one, oldest first. */
async function addAll(db: WorkspaceDb) {
  return {
    anns: await add(db, day(1)),
    bobs: await add(db, { ...day(2), owner_user_id: 'bob' }),
    crews: await add(db, { ...day(3), scope: 'crew', owner_user_id: null, crew_id: `${db.workspaceId}-night` }),
    shared: await add(db, { ...day(4), scope: 'workspace', owner_user_id: null }),
    deleted: await add(db, { ...day(5), status: 'revoked', deleted_at: day(5).created_at }),
  };
}

const ids = (connections: readonly Connection[]) => connections.map(({ id }) => id);

describeOnEngines('connections in the database', (open) => {
  it('are usable by their owner, by the crew or by everybody in the workspace', async () => {
    covers('004/personal');
    const db = await workspace(await open());
    const all = await addAll(db);
    const ann = newCaller({ workspaceId: db.workspaceId });
    const inCrew = { ...ann, userId: 'carol', crews: new Set([`${db.workspaceId}-night`]) };
    expect(ids(await listUsable(db, ann))).toEqual([all.anns, all.shared]);
    expect(ids(await listUsable(db, inCrew))).toEqual([all.crews, all.shared]);
    expect(ids(await listUsable(db, { ...ann, userId: 'bob', role: 'OWNER' }))).toEqual([all.bobs, all.shared]);
  });

  it('are never usable from another workspace, by whomever', async () => {
    const storage = await open();
    const [here, there] = [await workspace(storage), await workspace(storage)];
    await addAll(here);
    const stranger = newCaller({
      workspaceId: there.workspaceId,
      role: 'OWNER',
      crews: new Set([`${here.workspaceId}-night`]),
    });
    expect(await listUsable(there, stranger)).toEqual([]);
    expect(await listConnections(there, { caller: stranger, whose: 'shared' })).toEqual([]);
  });

  it('are found by handle or by connector among the usable ones', async () => {
    const db = await workspace(await open());
    await addAll(db);
    const handled = await add(db, { handle: 'tracker', connector_id: 'linear' });
    await add(db, { handle: 'bobs-tracker', connector_id: 'linear', owner_user_id: 'bob' });
    const ann = newCaller({ workspaceId: db.workspaceId });
    expect(ids(await listUsable(db, ann, { handle: 'tracker' }))).toEqual([handled]);
    expect(ids(await listUsable(db, ann, { connectorIds: ['linear', 'notion'] }))).toEqual([handled]);
    expect(await listUsable(db, ann, { handle: 'bobs-tracker' })).toEqual([]);
  });

  it('are listed newest first: one’s own, and with them those of crews and workspace', async () => {
    covers('004/list', '004/list-workspace');
    const db = await workspace(await open());
    const all = await addAll(db);
    const newer = await add(db, day(6));
    const caller = newCaller({ workspaceId: db.workspaceId, role: 'MANAGER' });
    expect(ids(await listConnections(db, { caller, whose: 'own' }))).toEqual([newer, all.anns]);
    expect(ids(await listConnections(db, { caller, whose: 'shared' }))).toEqual([
      newer,
      all.shared,
      all.crews,
      all.anns,
    ]);
  });

  it('are found by id in their workspace alone, deleted ones too', async () => {
    const storage = await open();
    const [here, there] = [await workspace(storage), await workspace(storage)];
    const all = await addAll(here);
    expect(await findConnection(here, all.deleted)).toMatchObject({ status: 'revoked', deletedAt: day(5).created_at });
    expect(await findConnection(there, all.anns)).toBeUndefined();
  });

  it('of one person, connector and label: the oldest that is not deleted', async () => {
    const db = await workspace(await open());
    await add(db, { ...day(1), label: 'Acme', deleted_at: day(2).created_at });
    const oldest = await add(db, { ...day(2), label: 'Acme' });
    await add(db, { ...day(3), label: 'Acme' });
    const wish = { userId: 'ann', connectorId: 'gitlab', label: 'Acme', authMode: 'pat' as const };
    expect((await findOwn(db, wish))?.id).toBe(oldest);
    const others = [{ userId: 'bob' }, { connectorId: 'github' }, { label: 'acme' }];
    for (const other of others) expect(await findOwn(db, { ...wish, ...other })).toBeUndefined();
  });

  it('of one person, connector and label: one that waits only where it is signed in to this way', async () => {
    const db = await workspace(await open());
    const keyed = await add(db, { ...day(1), label: 'Acme', status: 'pending' });
    const signedIn = await add(db, { ...day(2), label: 'Acme', status: 'pending', auth_mode: 'byo_oauth' });
    const find = async (authMode: 'pat' | 'byo_oauth' | 'mcp_oauth') =>
      (await findOwn(db, { userId: 'ann', connectorId: 'gitlab', label: 'Acme', authMode }))?.id;
    expect([await find('pat'), await find('byo_oauth'), await find('mcp_oauth')]).toEqual([keyed, signedIn, undefined]);
    const connected = await add(db, { ...day(3), label: 'Acme' });
    expect([await find('byo_oauth'), await find('mcp_oauth')]).toEqual([connected, connected]);
  });

  it('change only at the generation that was read, and never after they were deleted', async () => {
    const db = await workspace(await open());
    const id = await add(db);
    const deleted = await add(db, { deleted_at: day(1).created_at });
    const change = (target: string, generation: number, to: number) =>
      db.transact((trx) => changeConnection(trx, { id: target, generation }, { generation: to, label: `at ${to}` }));
    expect(await change(id, 1, 2)).toBe(true);
    expect(await change(id, 1, 3)).toBe(false);
    expect(await change(deleted, 1, 2)).toBe(false);
    expect(await findConnection(db, id)).toMatchObject({ generation: 2, label: 'at 2' });
  });

  it('of another workspace cannot be changed by their id', async () => {
    const storage = await open();
    const [here, there] = [await workspace(storage), await workspace(storage)];
    const id = await add(here);
    expect(await there.transact((trx) => changeConnection(trx, { id, generation: 1 }, { label: 'mine' }))).toBe(false);
    expect((await findConnection(here, id))?.label).toBe('GitLab');
  });
});
