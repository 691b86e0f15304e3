import { expect, it } from 'vitest';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { covers } from '../../../../tests/support/covers.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { newConnectionRow } from '../../../../tests/support/new-connection.ts';
import type { Storage, WorkspaceDb } from '../../storage/storage.ts';
import { insertConnection } from '../connection-store.ts';
import { listSwitches, setSwitches, switchesOf, type ToolSwitches } from './tool-switches.ts';

async function workspace(storage: Storage): Promise<WorkspaceDb> {
  return storage.workspace(await addWorkspace(storage));
}

async function addConnection(db: WorkspaceDb): Promise<string> {
  const row = newConnectionRow();
  await db.transact((trx) => insertConnection(trx, row));
  return row.id;
}

const set = (db: WorkspaceDb, id: string, tools: Readonly<Record<string, ToolSwitches>>) =>
  db.transact(async (trx) => {
    for (const [name, switches] of Object.entries(tools)) await setSwitches(trx, id, { name, switches });
  });

describeOnEngines('the switches of a tool', (open) => {
  it.each<ToolSwitches>([
    { disabled: true, requiresConfirmation: undefined },
    { disabled: false, requiresConfirmation: true },
    { disabled: true, requiresConfirmation: false },
  ])('come back as they were set: %j', async (switches) => {
    covers('004/tool-switches');
    const db = await workspace(await open());
    const id = await addConnection(db);
    await set(db, id, { create_issue: switches });
    expect(await listSwitches(db, id)).toEqual(new Map([['create_issue', switches]]));
  });

  it('are set again by the next one, and leave other tools alone', async () => {
    const db = await workspace(await open());
    const id = await addConnection(db);
    const before: ToolSwitches = { disabled: true, requiresConfirmation: true };
    const after: ToolSwitches = { disabled: false, requiresConfirmation: undefined };
    await set(db, id, { create_issue: before, other: before });
    await set(db, id, { create_issue: after });
    expect(await listSwitches(db, id)).toEqual(
      new Map([
        ['create_issue', after],
        ['other', before],
      ]),
    );
  });

  it('are read of many connections at once, and of one’s own workspace alone', async () => {
    const storage = await open();
    const [here, there] = [await workspace(storage), await workspace(storage)];
    const [one, untouched] = [await addConnection(here), await addConnection(here)];
    await set(here, one, { create_issue: { disabled: true, requiresConfirmation: undefined } });
    expect([...(await switchesOf(here, [one, untouched])).keys()]).toEqual([one]);
    expect(await switchesOf(there, [one])).toEqual(new Map());
  });
});
