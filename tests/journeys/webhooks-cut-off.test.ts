import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { startGitlab } from '../emulators/gitlab.ts';
import {
  type Answering,
  answering,
  answers,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../emulators/webhook-receiver.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';
import { deliveriesOf, happen, isSigned, type MadeWebhook, makeWebhook, saidIn } from '../support/webhooks.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Takes it after a moment. */
const slowly: Answering = (response) => {
  const timer = globalThis.setTimeout(() => answers.taken(response), 40);
  response.on('close', () => clearTimeout(timer));
};

describeOnDatabases('events whose process is killed', ({ engine, migrated }) => {
  const open: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  async function start(database: DatabaseConfig): Promise<ServerProcess> {
    const process = await startServerProcess(settingsFor(database));
    open.push(process);
    return process;
  }

  async function receive(): Promise<WebhookReceiver> {
    const receiver = await startWebhookReceiver();
    open.push(receiver);
    return receiver;
  }

  /** Nobody waits for the dead any more, nor for the time of the next attempt. */
  async function forgetLeases(database: DatabaseConfig): Promise<void> {
    const storage = await openStorage(database);
    const late = loose(storage.writer).updateTable('webhook_deliveries').set({ run_at: 1 });
    await late.where('run_at', 'is not', null).execute();
    await loose(storage.writer).updateTable('webhooks').set({ next_at: 1 }).execute();
    for (const table of ['webhooks', 'outbox_cursors'])
      await loose(storage.writer).updateTable(table).set({ lease_until: 1 }).execute();
    await storage.close();
  }

  /** Of each connection what arrived, in the order of its first arrival, each under one id and signed. */
  function arrivals({ received }: WebhookReceiver, { secret }: MadeWebhook): ReadonlyMap<string, readonly string[]> {
    const ids = new Map<string, string>();
    const byConnection = new Map<string, string[]>();
    for (const each of received) {
      const { type, data } = saidIn(each);
      const connection = String(data['connection_id'] ?? data['reason']);
      const name = `${connection} ${type}`;
      expect(isSigned(secret, each)).toBe(true);
      expect(ids.get(name) ?? each.id).toBe(each.id);
      if (!ids.has(name)) byConnection.set(connection, [...(byConnection.get(connection) ?? []), type]);
      ids.set(name, each.id);
    }
    return byConnection;
  }

  it('arrive all the same, in their order and each under one id, wherever it was killed', async () => {
    covers('webhooks/crash', 'webhooks/signature');
    const database = await migrated();
    const gitlab = await startGitlab();
    const receiver = await receive();
    open.push(gitlab);
    let process = await start(database);
    const hook = await makeWebhook(process, `${receiver.url}/hooks`, ['connection.connected', 'connection.revoked']);
    const told: string[] = [];
    for (const way of [answers.never, answering(500), slowly]) {
      receiver.answer(way);
      const before = receiver.received.length;
      for (let count = 0; count < 3; count += 1) {
        const id = await connectGitlab(process, gitlab.url, { label: `Number ${told.length}` });
        told.push(id);
        expect((await process.call(`DELETE /api/v1/connections/${id}`)).status).toBe(200);
      }
      if (told.length % 2 === 1)
        await expect.poll(() => receiver.received.length, { interval: 1 }).toBeGreaterThan(before);
      await process.kill();
      await forgetLeases(database);
      process = await start(database);
    }
    receiver.answer(answers.taken);
    const complete = new Map(told.map((id) => [id, ['connection.connected', 'connection.revoked']]));
    await expect.poll(() => arrivals(receiver, hook), { timeout: 60_000, interval: 100 }).toEqual(complete);
    await expect
      .poll(async () => (await deliveriesOf(process, hook.id)).map(({ status }) => status), { timeout: 20_000 })
      .toEqual(Array.from({ length: 2 * told.length }, () => 'delivered'));
  });

  it.skipIf(engine === 'sqlite')(
    'are sent by two replicas once each while both live, in their order, and by the other after',
    async () => {
      covers('webhooks/replicas', 'webhooks/crash', 'webhooks/order', 'webhooks/bounded');
      const database = await migrated();
      const receiver = await receive();
      const [here, there] = [await start(database), await start(database)];
      const hook = await makeWebhook(here, `${receiver.url}/hooks`);
      const storage = await openStorage(database);
      open.push({ stop: () => storage.close() });
      const workspaceId = String(Object((await here.call('GET /api/v1/me')).body['caller'])['workspace_id']);
      const subjects = ['a', 'b', 'c', 'd', 'e', 'f'];
      const batch = (from: number, each: number) =>
        Array.from({ length: each }, (_, index) => from + index).flatMap((count) =>
          subjects.map((connection) => ({ connection, reason: `${connection}-${count}` })),
        );
      const reasons = () => receiver.received.map((delivery) => String(saidIn(delivery).data['reason']));
      receiver.answer(slowly);
      await happen(storage, workspaceId, batch(0, 8));
      await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBe(48);
      await setTimeout(300);
      expect(new Set(reasons()).size).toBe(48);
      expect(receiver.received).toHaveLength(48);
      expect(receiver.open.most).toBeLessThanOrEqual(4);
      await happen(storage, workspaceId, batch(8, 8));
      await expect.poll(() => receiver.received.length, { timeout: 30_000, interval: 1 }).toBeGreaterThan(60);
      await there.kill();
      await loose(storage.writer)
        .updateTable('webhooks')
        .set({ lease_until: 1 })
        .where('lease_owner', 'is not', null)
        .execute();
      await loose(storage.writer).updateTable('outbox_cursors').set({ lease_until: 1 }).execute();
      await expect.poll(() => new Set(reasons()).size, { timeout: 30_000 }).toBe(96);
      for (const subject of subjects) {
        const own = reasons().flatMap((reason) => (reason.startsWith(subject) ? [Number(reason.split('-')[1])] : []));
        expect(own, subject).toEqual(own.toSorted((one, other) => one - other));
      }
      const ids = new Map(receiver.received.map((delivery) => [String(saidIn(delivery).data['reason']), delivery.id]));
      for (const delivery of receiver.received)
        expect(ids.get(String(saidIn(delivery).data['reason']))).toBe(delivery.id);
      expect(receiver.received.every((delivery) => isSigned(hook.secret, delivery))).toBe(true);
    },
  );
});
