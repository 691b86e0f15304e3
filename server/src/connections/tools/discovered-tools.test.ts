import { expect, it } from 'vitest';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { newConnectionRow } from '../../../../tests/support/new-connection.ts';
import { systemClock } from '../../lib/clock.ts';
import { digestOf } from '../../lib/digest.ts';
import type { Storage, WorkspaceDb } from '../../storage/storage.ts';
import { changeConnection, insertConnection } from '../connection-store.ts';
import { discoveredOf, isHeld, namesSeen, type StoredTool } from './discovered-tools.ts';
import { forgetTools, storeTools } from './store-tools.ts';
import type { DiscoveredTool, SeenTool } from './tool-definition.ts';

function tool(name: string, changes: Partial<DiscoveredTool> = {}): DiscoveredTool {
  const words = { label: name, description: 'Does something.' };
  return { name, ...words, effect: 'write', destructive: false, input: { type: 'object' }, ...changes };
}

/** The same as it is read back: with the digest of what was told, which counts unless something else was accepted. */
function seen(name: string, changes: Partial<DiscoveredTool> = {}, accepted?: DiscoveredTool): StoredTool {
  const told = tool(name, changes);
  return { seen: withDigest(told), accepted: withDigest(accepted ?? told), flags: [] };
}

function withDigest(told: DiscoveredTool): SeenTool {
  return { ...told, digest: digestOf(told) };
}

async function workspace(storage: Storage): Promise<WorkspaceDb> {
  const db = storage.workspace(await addWorkspace(storage));
  const state = { created_at: '2026-11-21T00:00:00.000Z' };
  await db.transact((trx) => trx.rows.insertInto('workspace_state').values(state).execute());
  return db;
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
    const other = { description: 'Does something else.' };
    await store(db, id, [tool('kept', other)]);
    expect((await discoveredOf(db, [id])).get(id)).toEqual([seen('kept', other, tool('kept'))]);
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
    expect((await discoveredOf(db, [id], ['tool_7', 'tool_8', 'tool_x'])).get(id)).toEqual([
      seen('tool_7'),
      seen('tool_8'),
    ]);
    expect(await namesSeen(db, id)).toHaveLength(5000);
  });

  it('may have names that no database keeps: those are left out', async () => {
    const db = await workspace(await open());
    const id = await addConnection(db);
    await store(db, id, [tool('fine'), tool('half of a pair: \ud800')]);
    expect(await namesSeen(db, id)).toEqual(['fine']);
  });

  it('are kept as one list where two replicas were told different ones at once', async () => {
    const db = await workspace(await open());
    const id = await addConnection(db);
    await store(db, id, [tool('kept'), tool('before')]);
    const lists = [[tool('kept'), tool('one')], [tool('kept'), tool('two', { description: 'x' })], [tool('kept')]];
    await Promise.all([...lists, ...lists].map((list) => store(db, id, list)));
    const names = (await discoveredOf(db, [id])).get(id)?.map(({ seen }) => seen.name);
    expect(lists.map((list) => list.map(({ name }) => name))).toContainEqual(names);
  });

  it('are forgotten as another server’s; what was accepted of them goes only where a person says so', async () => {
    const db = await workspace(await open());
    const id = await addConnection(db);
    const changed = tool('kept', { description: 'Does something else.' });
    await store(db, id, [tool('kept')]);
    await db.transact((trx) => forgetTools(trx, id, { accepted: false }));
    expect(await namesSeen(db, id)).toEqual([]);
    await store(db, id, [changed]);
    expect((await discoveredOf(db, [id])).get(id)?.map(isHeld)).toEqual([true]);
    await db.transact((trx) => forgetTools(trx, id, { accepted: true }));
    await store(db, id, [changed]);
    expect((await discoveredOf(db, [id])).get(id)?.map(isHeld)).toEqual([false]);
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
