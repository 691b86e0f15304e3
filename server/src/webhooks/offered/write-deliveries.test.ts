import { beforeEach, describe, expect, it } from 'vitest';
import { addConnectionRow } from '../../../../tests/support/add-connection-row.ts';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { bareConfig } from '../../../../tests/support/bare-app.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { keepEndUser } from '../../access/end-users/end-user-store.ts';
import type { Reaction } from '../../events/outbox/listener.ts';
import { newId } from '../../lib/ids.ts';
import type { Storage, WorkspaceDb } from '../../storage/storage.ts';
import { eraseDeliveries } from '../deliveries/erase-deliveries.ts';
import { changeWaiting, listDue } from '../deliveries/delivery-store.ts';
import { insertWebhook } from '../webhook-store.ts';
import { writeDeliveries } from './write-deliveries.ts';

const now = 1_790_000_000_000;
const clock = { now: () => now };
const at = new Date(now).toISOString();
const nothing = { disabled_reason: null, disabled_at: null, failing_since: null, next_at: null, description: null };
const never = { last_delivered_at: null, last_failed_at: null, last_error: null, deleted_at: null };
const free = { lease_owner: null, lease_until: null, fence: 0, version: 1, loopback: 0, enabled: 1 } as const;

describeOnEngines('deliveries of an event', (open) => {
  let storage: Storage;
  let db: WorkspaceDb;
  let connection: string;
  let places = 0;
  let written = 0;

  beforeEach(async () => {
    storage = await open();
    db = storage.workspace(await addWorkspace(storage));
    connection = await addConnectionRow(storage, db.workspaceId);
    written = 0;
  });

  async function addWebhook(events: readonly string[]): Promise<string> {
    const id = newId();
    const own = { id, url: 'https://app.example.com', events: JSON.stringify(events), created_at: at, updated_at: at };
    await db.transact((trx) => insertWebhook(trx, { ...own, ...nothing, ...never, ...free }));
    return id;
  }

  const event = (type: string, data: object) => ({
    id: newId(),
    workspaceId: db.workspaceId,
    type,
    at,
    actor: 'system',
    userId: null,
    subject: `connection:${connection}`,
    data: JSON.stringify(data),
    place: (places += 1),
  });
  const failed = (reason: string) => event('connection.failed', { connector: 'gitlab', status: 'auth_failed', reason });

  async function tell(happened: Parameters<Reaction['react']>[0]): Promise<void> {
    const { reactions } = writeDeliveries({ storage, clock, config: bareConfig }, () => (written += 1));
    for (const { type, react } of reactions)
      if (type === happened.type) await react(happened, new AbortController().signal);
  }

  const all = () => db.rows.selectFrom('webhook_deliveries').selectAll().orderBy('place').execute();
  const due = async (webhookId: string) =>
    (await listDue(db, webhookId, { now, without: [], limit: 10 })).map(({ payload }) => JSON.parse(payload).data);

  it('are written once for each webhook that wants it, however often it is told', async () => {
    const wanting = [await addWebhook(['*']), await addWebhook(['connection.failed'])];
    await addWebhook(['approval.*']);
    const happened = failed('one');
    for (let times = 0; times < 3; times += 1) await tell(happened);
    expect((await all()).map(({ webhook_id }) => webhook_id).toSorted()).toEqual(wanting.toSorted());
    expect(written).toBe(3);
  });

  it('are none, and nobody is woken, where nobody wants it', async () => {
    await addWebhook(['connection.recovered']);
    await tell(failed('one'));
    await tell(event('connection.started', {}));
    expect([await all(), written]).toEqual([[], 0]);
  });

  it('are due one after the other for one subject', async () => {
    const id = await addWebhook(['*']);
    for (const reason of ['one', 'two', 'three']) await tell(failed(reason));
    expect(await due(id)).toMatchObject([{ reason: 'one' }]);
    const [first] = await all();
    await db.transact((trx) => changeWaiting(trx, first?.id ?? '', { status: 'delivered', run_at: null }));
    await tell(failed('four'));
    expect(await due(id)).toEqual([]);
  });

  describe('of an end user', () => {
    const own = async () => {
      const endUser = await db.transact((trx) => keepEndUser(trx, clock, { id: 'u_1', name: 'Ada' }));
      const tie = { end_user_id: endUser.id, end_user_external_id: 'u_1' };
      await db.transact(({ rows }) => rows.updateTable('connections').set(tie).where('id', '=', connection).execute());
      return endUser.id;
    };

    it('name them as the app does', async () => {
      await own();
      await addWebhook(['*']);
      await tell(failed('one'));
      const [{ payload = '' } = {}] = await all();
      expect(JSON.parse(payload)).toEqual({
        type: 'connection.failed',
        timestamp: at,
        data: {
          connection_id: connection,
          connector: 'gitlab',
          account: null,
          end_user: { id: 'u_1' },
          status: 'auth_failed',
          reason: 'one',
        },
      });
    });

    it('go with them, and what waits behind has its turn', async () => {
      const endUserId = await own();
      const id = await addWebhook(['*']);
      await tell(failed('one'));
      await db.transact(({ rows }) => rows.updateTable('connections').set({ end_user_id: null }).execute());
      await tell(failed('two'));
      expect(await due(id)).toMatchObject([{ reason: 'one' }]);
      expect(await db.transact((trx) => eraseDeliveries(trx, clock, endUserId))).toBe(1);
      expect(await due(id)).toMatchObject([{ reason: 'two', end_user: null }]);
      expect(await db.transact((trx) => eraseDeliveries(trx, clock, endUserId))).toBe(0);
    });
  });
});
