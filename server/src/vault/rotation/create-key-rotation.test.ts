import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { loose } from '../../../../tests/support/loose-database.ts';
import {
  addKeyedWorkspace,
  begin,
  dataKeyIds,
  endSignIns,
  newer,
  newSlot,
  older,
  openKeyed,
  untilDone,
} from '../../../../tests/support/rotating.ts';
import { addSealedRows } from '../../../../tests/support/sealed-rows.ts';
import { Secret } from '../../lib/secret.ts';
import { sealedColumns } from '../../sealed-columns.ts';
import type { Storage } from '../../storage/storage.ts';

const both = [newer, older];

/** A database sealed by the older key with a box of every kind, opened with the newer one in front. */
async function scene(storage: Storage, workspaces = 1) {
  const before = await openKeyed(storage, [older]);
  const ids = await Promise.all(Array.from({ length: workspaces }, () => addKeyedWorkspace(before)));
  const rows = (await Promise.all(ids.map((id) => addSealedRows(before, id)))).flat();
  const keyed = await openKeyed(storage, both);
  return { keyed, ids, workspaceId: ids[0] ?? '', rows };
}

describeOnEngines('rotating the keys', (open) => {
  it('seals every box anew under a new data key, and the one before is gone', async () => {
    const { keyed, workspaceId, rows } = await scene(await open());
    expect(rows.map(({ name }) => name).toSorted()).toEqual(sealedColumns.map(({ name }) => name).toSorted());
    const [old = ''] = await dataKeyIds(keyed, workspaceId);
    await begin(keyed, workspaceId);
    await endSignIns(keyed);
    await untilDone(keyed);

    const [fresh = '', ...more] = await dataKeyIds(keyed, workspaceId);
    expect([fresh === old, more]).toEqual([false, []]);
    for (const { slot, text, box, name } of rows) {
      const now = await box();
      expect(now.slice(4, 40), name).toBe(fresh);
      expect((await keyed.vault.open(slot, now)).reveal(), name).toBe(text);
    }
    expect((await keyed.rotation.state()).rotation).toMatchObject({ boxes: rows.length, unreadable: 0 });
  });

  it('leaves one master key in the database, and needs the older one no more', async () => {
    const storage = await open();
    const { keyed, workspaceId, rows } = await scene(storage);
    const derived = keyed.vault.derive('audit-chain');
    await begin(keyed, workspaceId);
    await endSignIns(keyed);
    await untilDone(keyed);
    const after = await openKeyed(storage, [newer]);
    for (const { slot, text, box } of rows) expect((await after.vault.open(slot, await box())).reveal()).toBe(text);
    expect(after.vault.derive('audit-chain')).toEqual(derived);
    await openKeyed(storage, both);
    const known = await storage.rows.selectFrom('master_keys').select('id').execute();
    expect(known).toEqual([{ id: 'newer' }]);
  });

  it('waits for a sign-in that is under way, whose box is compared with what was read', async () => {
    const { keyed, workspaceId, rows } = await scene(await open());
    const handshake = rows.find(({ name }) => name === 'handshakes.box');
    const before = await handshake?.box();
    await begin(keyed, workspaceId);
    await expect(untilDone(keyed)).rejects.toThrow('does not come to an end');
    expect(await handshake?.box()).toBe(before);
    expect((await keyed.rotation.state()).rotation).toMatchObject({ workspaces: { all: 1, done: 0 } });
    await endSignIns(keyed);
    await untilDone(keyed);
  });

  it('does not wait for a link that nobody has opened yet', async () => {
    const { keyed, workspaceId } = await scene(await open());
    await loose(keyed.storage.writer).updateTable('handshakes').set({ status: 'asking' }).execute();
    await begin(keyed, workspaceId);
    await untilDone(keyed);
    expect(await dataKeyIds(keyed, workspaceId)).toHaveLength(1);
  });

  it('keeps a replaced data key for as long as somebody may be about to write what it sealed', async () => {
    const storage = await open();
    const { keyed, workspaceId, rows } = await scene(storage);
    await endSignIns(keyed);
    const patient = await openKeyed(storage, both, { graceMs: 3_600_000 });
    await begin(patient, workspaceId);
    await expect(untilDone(patient)).rejects.toThrow('does not come to an end');
    expect(await dataKeyIds(keyed, workspaceId)).toHaveLength(2);
    expect((await patient.rotation.state()).rotation?.boxes).toBe(rows.length);
  });

  it('finds what another process seals with the older data key meanwhile', async () => {
    const storage = await open();
    const { keyed, workspaceId, rows } = await scene(storage);
    const app = rows.find(({ name }) => name === 'oauth_apps.box');
    if (!app) throw new Error('There is no app.');
    const late = await keyed.vault.seal(app.slot, new Secret('sealed before, written after'));
    await endSignIns(keyed);
    const patient = await openKeyed(storage, both, { graceMs: 3_600_000 });
    await begin(patient, workspaceId);
    await patient.rotation.task.run();
    expect(await app.box()).not.toBe(late);
    await loose(storage.writer).updateTable('oauth_apps').set({ box: late }).execute();
    await loose(storage.writer).updateTable('key_rotations').set({ lease_until: 0 }).execute();
    await untilDone(keyed);
    expect((await keyed.vault.open(app.slot, await app.box())).reveal()).toBe('sealed before, written after');
  });

  it('never puts an older secret in the place of a newer one', async () => {
    const { keyed, workspaceId } = await scene(await open());
    const place = sealedColumns.find(({ name }) => name === 'oauth_apps.box');
    const db = keyed.storage.workspace(workspaceId);
    const wish = { keyIds: await dataKeyIds(keyed, workspaceId), limit: 10, now: '2100-01-01T00:00:00.000Z' };
    const [row] = (await place?.list(db, wish)) ?? [];
    if (!row || !place) throw new Error('There is no app.');
    const newest = await keyed.vault.seal(row.slot, new Secret('changed by somebody since'));
    await loose(keyed.storage.writer).updateTable('oauth_apps').set({ box: newest }).execute();
    const next = await keyed.vault.seal(row.slot, await keyed.vault.open(row.slot, row.box));
    expect(await db.transact((trx) => place.swap(trx, [{ row, next }], keyed.storage.engine))).toBe(0);
    const [now] = await place.list(db, wish);
    expect(now?.box).toBe(newest);
  });

  it('keeps what does not open, with the data key it names, and says how much that is', async () => {
    const storage = await open();
    const { keyed, workspaceId, rows } = await scene(storage);
    const [damaged] = rows;
    const box = (await damaged?.box()) ?? '';
    await loose(storage.writer)
      .updateTable('connection_secrets')
      .set({ box: `${box.slice(0, 50)}AAAA${box.slice(54)}` })
      .execute();
    await endSignIns(keyed);
    await begin(keyed, workspaceId);
    await untilDone(keyed);
    expect((await keyed.rotation.state()).rotation).toMatchObject({ unreadable: 1, boxes: rows.length - 1 });
    expect(await dataKeyIds(keyed, workspaceId)).toHaveLength(2);

    await loose(storage.writer).updateTable('connection_secrets').set({ box }).execute();
    await begin(keyed, workspaceId, true);
    await untilDone(keyed);
    expect((await keyed.rotation.state()).rotation).toMatchObject({ unreadable: 0 });
    expect(await dataKeyIds(keyed, workspaceId)).toHaveLength(1);
    expect((await keyed.vault.open(rows[0]?.slot ?? newSlot(workspaceId), (await damaged?.box()) ?? '')).reveal()).toBe(
      damaged?.text,
    );
  });

  it('is done by one process at a time, and by another one when that is gone', async () => {
    const storage = await open();
    const { keyed: first, workspaceId } = await scene(storage);
    const second = await openKeyed(storage, both);
    await endSignIns(first);
    await begin(first, workspaceId);
    const lease = () => storage.rows.selectFrom('key_rotations').select('lease_owner').executeTakeFirstOrThrow();
    const patient = await openKeyed(storage, both, { graceMs: 3_600_000 });
    await patient.rotation.task.run();
    const held = await lease();
    await second.rotation.task.run();
    expect(await lease()).toEqual(held);
    await loose(storage.writer).updateTable('key_rotations').set({ lease_until: 0 }).execute();
    await untilDone(second);
  });

  it('goes through every workspace, also one that is made meanwhile', async () => {
    const { keyed, ids, workspaceId } = await scene(await open(), 5);
    await endSignIns(keyed);
    await begin(keyed, workspaceId);
    const made = await addKeyedWorkspace(keyed);
    await untilDone(keyed);
    const keys = await keyed.storage.rows.selectFrom('data_keys').selectAll().execute();
    expect(new Set(keys.map((key) => key.workspace_id))).toEqual(new Set([...ids, made]));
    expect(keys.map((key) => [key.master_key_id, key.replaced_at])).toEqual(keys.map(() => ['newer', null]));
    const rotation = (await keyed.rotation.state()).rotation;
    const expected = { workspaces: { all: 6, done: 6 }, retired: ['older'], masterKeyId: 'newer' };
    expect(rotation).toMatchObject(expected);
  });

  it('is on record in every workspace', async () => {
    const { keyed, ids, workspaceId } = await scene(await open(), 2);
    await endSignIns(keyed);
    await begin(keyed, workspaceId);
    await untilDone(keyed);
    const events = await keyed.storage.rows.selectFrom('events').select(['type', 'actor', 'workspace_id']).execute();
    const rotated = events.filter(({ type }) => type === 'keys.rotated');
    expect(rotated.map((event) => event.workspace_id).toSorted()).toEqual([...ids].toSorted());
    expect(events.filter(({ type }) => type === 'keys.rotation_begun')).toEqual([
      { type: 'keys.rotation_begun', actor: 'key:operator', workspace_id: workspaceId },
    ]);
  });

  it('does not begin twice, and not without a newer master key', async () => {
    const storage = await open();
    const { keyed, workspaceId } = await scene(storage);
    const old = await openKeyed(storage, [older]);
    await expect(begin(old, workspaceId)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(
        'PLUGBOARD_MASTER_KEY begins with "older", the key in use. Put a new one in front',
      ),
    });
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => begin(keyed, workspaceId)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of asked) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT' });
    await endSignIns(keyed);
    await untilDone(keyed);
    await begin(keyed, workspaceId, true);
    await untilDone(keyed);
  });
});

describeOnEngines('a box that somebody is changing', (open) => {
  it('is left alone, and nobody waits for it', async () => {
    const storage = await open();
    if (storage.engine === 'sqlite') return;
    const { keyed, workspaceId, rows } = await scene(storage);
    await endSignIns(keyed);
    await begin(keyed, workspaceId);
    let letGo = (): void => undefined;
    const changing = storage.transact(async (trx) => {
      await loose(trx.rows).updateTable('grants').set({ failures: 1 }).execute();
      await new Promise<void>((resolve) => (letGo = resolve));
    });
    await keyed.rotation.task.run();
    const { rotation } = await keyed.rotation.state();
    letGo();
    await changing;
    expect(rotation).toMatchObject({ boxes: rows.length - 1 });
    await untilDone(keyed);
    expect(await storage.rows.selectFrom('grants').select('failures').execute()).toEqual([{ failures: 1 }]);
  });
});
