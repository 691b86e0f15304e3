import { expect, it } from 'vitest';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { newConnectionRow } from '../../../../tests/support/new-connection.ts';
import { systemClock } from '../../lib/clock.ts';
import { digestOf } from '../../lib/digest.ts';
import type { Storage, WorkspaceDb } from '../../storage/storage.ts';
import { changeConnection, insertConnection } from '../connection-store.ts';
import { type DiscoveredTool, discoveredOf, type SeenTool, storeTools } from './discovered-tools.ts';

function tool(name: string, changes: Partial<DiscoveredTool> = {}): DiscoveredTool {
  const words = { label: name, description: 'Does something.' };
  return { name, ...words, effect: 'write', destructive: false, input: { type: 'object' }, ...changes };
}

/** The same as it is read back: with the digest of what was told. */
function seen(name: string, changes: Partial<DiscoveredTool> = {}): SeenTool {
  const told = tool(name, changes);
  return { ...told, digest: digestOf(told) };
}

async function workspace(storage: Storage): Promise<WorkspaceDb> {
  return storage.workspace(await addWorkspace(storage));
}

async function addConnection(db: WorkspaceDb): Promise<string> {
  const row = newConnectionRow();
  await db.transact((trx) => insertConnection(trx, row));
  return row.id;
}

const store = (db: WorkspaceDb, id: string, tools: readonly DiscoveredTool[]) =>
  storeTools({ db, clock: systemClock }, { id, generation: 1 }, tools);

describeOnEngines('the tools a server told of', (open) => {
  it('come back as they were told, in the order of their names, by connection', async () => {
    const db = await workspace(await open());
    const [one, other] = [await addConnection(db), await addConnection(db)];
    const schema = { input: { type: 'object', properties: { 'a/b': { enum: ['ä', null] } } } };
    await store(db, one, [tool('second'), tool('first', { effect: 'read', ...schema })]);
    await store(db, other, [tool('third')]);
    const found = await discoveredOf(db, [one, other]);
    expect(found.get(one)).toEqual([seen('first', { effect: 'read', ...schema }), seen('second')]);
    expect(found.get(other)).toEqual([seen('third')]);
  });

  it('give way to what it tells of the next time', async () => {
    const db = await workspace(await open());
    const id = await addConnection(db);
    await store(db, id, [tool('kept'), tool('gone')]);
    await store(db, id, [tool('kept', { description: 'Does something else.' })]);
    expect((await discoveredOf(db, [id])).get(id)).toEqual([seen('kept', { description: 'Does something else.' })]);
  });

  it('may be as many as a server is let have', async () => {
    const db = await workspace(await open());
    const id = await addConnection(db);
    await store(
      db,
      id,
      Array.from({ length: 5000 }, (_, number) => tool(`tool_${number}`)),
    );
    expect((await discoveredOf(db, [id])).get(id)).toHaveLength(5000);
  });

  it('of a connection that has moved on since it was asked, or is deleted, are not kept', async () => {
    const db = await workspace(await open());
    const id = await addConnection(db);
    await store(db, id, [tool('first')]);
    await db.transact((trx) => changeConnection(trx, { id, generation: 1 }, { generation: 2 }));
    await store(db, id, [tool('late')]);
    expect((await discoveredOf(db, [id])).get(id)).toEqual([seen('first')]);
    await db.transact((trx) => changeConnection(trx, { id, generation: 2 }, { generation: 1, deleted_at: 'now' }));
    await store(db, id, [tool('late')]);
    expect((await discoveredOf(db, [id])).get(id)).toEqual([seen('first')]);
  });

  it('are those of one workspace', async () => {
    const storage = await open();
    const [here, there] = [await workspace(storage), await workspace(storage)];
    const id = await addConnection(here);
    await store(here, id, [tool('first')]);
    expect(await discoveredOf(there, [id])).toEqual(new Map());
  });
});
