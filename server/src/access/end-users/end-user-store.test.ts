import { beforeEach, expect, it } from 'vitest';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import type { Storage, WorkspaceDb } from '../../storage/storage.ts';
import { findEndUser, findEndUsers, keepEndUser, keepEndUsers } from './end-user-store.ts';

describeOnEngines('the end users of an app', (open) => {
  let storage: Storage;
  let db: WorkspaceDb;
  const clock = { now: () => 1_700_000_000_000 };

  beforeEach(async () => {
    storage = await open();
    db = storage.workspace(await addWorkspace(storage));
  });

  const keep = (...named: Parameters<typeof keepEndUsers>[2]) => db.transact((trx) => keepEndUsers(trx, clock, named));

  it('are known from the first time they are named, and keep what is not said anew', async () => {
    const [first] = await keep({ id: 'u_1', name: 'Ada' });
    const [again] = await keep({ id: 'u_1', email: 'ada@example.com' });
    expect(again).toMatchObject({ id: first?.id, externalId: 'u_1', name: 'Ada', email: 'ada@example.com' });
    expect(await findEndUser(db, 'u_1')).toEqual(again);
    expect(await findEndUser(db, 'u_2')).toBeUndefined();
  });

  it('are one, however often and by how many at once they are named', async () => {
    const kept = await Promise.all(
      Array.from({ length: 8 }, () => db.transact((trx) => keepEndUser(trx, clock, { id: 'u_1' }))),
    );
    expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
    const [one, other, same] = await keep({ id: 'u_1' }, { id: 'u_2' }, { id: 'u_1' });
    expect(one).toEqual(same);
    expect(other?.id).not.toBe(one?.id);
  });

  it('have all that is said of them at once, and are written once', async () => {
    const [ada] = await keep({ id: 'u_1', name: 'Ada' }, { id: 'u_1', email: 'ada@example.com' }, { id: 'u_1' });
    expect(ada).toMatchObject({ name: 'Ada', email: 'ada@example.com' });
  });

  it('are others in another workspace', async () => {
    const [mine] = await keep({ id: 'u_1' });
    const elsewhere = storage.workspace(await addWorkspace(storage));
    expect(await findEndUser(elsewhere, 'u_1')).toBeUndefined();
    expect((await findEndUsers(elsewhere, [mine?.id ?? ''])).size).toBe(0);
    expect((await findEndUsers(db, [mine?.id ?? ''])).size).toBe(1);
  });
});
