import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { loose } from '../../../../tests/support/loose-database.ts';
import type { Storage, WorkspaceDb } from '../../storage/storage.ts';
import { appendEvent, systemActor } from '../append-event.ts';
import { createOutbox, type Outbox } from './create-outbox.ts';
import { type HeardEvent, type Listener, on } from './listener.ts';
import { placeEvents } from './place-events.ts';
import { listSetAside, tellAgain } from './retry-store.ts';

declare module '../append-event.ts' {
  interface EventTypes {
    'test.happened': { readonly count: number };
    'test.passed': { readonly count: number };
  }
}

type Happened = HeardEvent<'test.happened'>;

describeOnEngines('the outbox', (open) => {
  let storage: Storage;
  let db: WorkspaceDb;
  let running: Outbox[] = [];
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };

  beforeEach(async () => {
    ahead = 0;
    storage = await open();
    db = storage.workspace(await addWorkspace(storage));
    return async () => {
      await Promise.all(running.map((outbox) => outbox.stop()));
      running = [];
    };
  });

  const start = (listeners: readonly Listener[], maxAttempts = 3): Outbox => {
    const log = { warn: () => undefined, error: () => undefined };
    const outbox = createOutbox({ storage, clock, log, listeners, everyMs: 20, maxAttempts });
    running.push(outbox);
    outbox.start();
    return outbox;
  };
  const happen = (subject: string, count: number) =>
    db.transact((trx) =>
      appendEvent(trx, clock, { type: 'test.happened', actor: systemActor, subject, data: { count } }),
    );
  const pass = () =>
    db.transact((trx) =>
      appendEvent(trx, clock, { type: 'test.passed', actor: systemActor, subject: 'x', data: { count: 0 } }),
    );
  /** Somebody who writes down what they hear, unless told to fail. */
  const hearer = (name = 'test', fails: (event: Happened) => boolean = () => false) => {
    const heard: string[] = [];
    const work = async (event: Happened): Promise<void> => {
      if (fails(event)) throw new Error('Not now.');
      heard.push(`${event.subject}${event.data.count}`);
    };
    return { heard, listener: { name, reactions: [on('test.happened', work)] } };
  };
  /** Until a listener is there: what happened before is none of its. */
  const known = (name: string) =>
    expect
      .poll(() =>
        loose(storage.rows).selectFrom('outbox_cursors').select('listener').where('listener', '=', name).execute(),
      )
      .toHaveLength(1);

  it('tells each listener of every event of its types, once and in order', async () => {
    const [one, other] = [hearer('one'), hearer('other')];
    start([one.listener, other.listener]);
    await known('one');
    await known('other');
    await Promise.all([happen('a', 1), pass(), happen('b', 1)]);
    await happen('a', 2);
    for (const { heard } of [one, other]) {
      await expect.poll(() => heard.toSorted()).toEqual(['a1', 'a2', 'b1']);
      expect(heard.indexOf('a1')).toBeLessThan(heard.indexOf('a2'));
    }
  });

  it('tells what was committed while nobody was there, and nothing from before a listener was first there', async () => {
    await happen('a', 0);
    const first = hearer();
    const outbox = start([first.listener]);
    await placeEvents(storage);
    await known('test');
    await happen('a', 1);
    await expect.poll(() => first.heard.at(-1)).toBe('a1');
    await outbox.stop();
    await happen('a', 2);
    const second = hearer();
    start([second.listener]);
    await expect.poll(() => second.heard).toEqual(['a2']);
  });

  it('tells what commits late, although something that began later was told before', async () => {
    const { heard, listener } = hearer();
    start([listener]);
    await known('test');
    const late = Promise.withResolvers<void>();
    const event = { type: 'test.happened', actor: systemActor, subject: 'late', data: { count: 1 } } as const;
    if (storage.engine === 'postgres') {
      const open = db.transact(async (trx) => {
        await appendEvent(trx, clock, event);
        await late.promise;
      });
      await happen('b', 1);
      await expect.poll(() => heard).toEqual(['b1']);
      late.resolve();
      await open;
    } else {
      // One connection writes: what has an earlier id can only come from a clock that was put back.
      await happen('b', 1);
      await expect.poll(() => heard).toEqual(['b1']);
      await db.transact((trx) => appendEvent(trx, { now: () => Date.now() - 60_000 }, event));
    }
    await expect.poll(() => heard).toEqual(['b1', 'late1']);
  });

  it('tells again what failed, holds up what comes after it of the same subject, and nothing else', async () => {
    let isDown = true;
    const { heard, listener } = hearer('test', ({ subject }) => isDown && subject === 'a');
    start([listener], 50);
    await known('test');
    for (const count of [1, 2]) await happen('a', count);
    await happen('b', 1);
    await expect.poll(() => heard).toEqual(['b1']);
    await happen('a', 3);
    await sleep(100);
    expect(heard).toEqual(['b1']);
    isDown = false;
    ahead += 3_600_000;
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['b1', 'a1', 'a2', 'a3']);
  });

  it('sets aside what fails too often, tells the next, shows it, and tells it again when asked', async () => {
    let isPoison = true;
    const { heard, listener } = hearer('test', ({ data }) => isPoison && data.count === 1);
    start([listener]);
    await known('test');
    await happen('a', 1);
    await happen('a', 2);
    const hours = setInterval(() => (ahead += 3_600_000), 10);
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['a2']);
    clearInterval(hours);
    const { items } = await listSetAside(db, { limit: 10 });
    expect(items).toMatchObject([
      { listener: 'test', type: 'test.happened', subject: 'a', attempts: 3, lastError: 'Error' },
    ]);
    isPoison = false;
    const [{ id } = { id: '' }] = items;
    expect(await db.transact((trx) => tellAgain(trx, id, clock.now()))).toBe(true);
    expect(await db.transact((trx) => tellAgain(trx, id, clock.now()))).toBe(false);
    await expect.poll(() => heard).toEqual(['a2', 'a1']);
    expect((await listSetAside(db, { limit: 10 })).items).toEqual([]);
  });

  it('tells an event once, however many processes there are', async () => {
    const hearers = Array.from({ length: 3 }, () => hearer());
    for (const { listener } of hearers) start([listener]);
    await known('test');
    for (let count = 0; count < 50; count += 1) await happen(`s${count % 5}-`, count);
    const all = () => hearers.flatMap(({ heard }) => heard);
    await expect.poll(() => all().length, { timeout: 10_000 }).toBe(50);
    await sleep(100);
    expect(new Set(all()).size).toBe(50);
    expect(all()).toHaveLength(50);
  });

  it('tells again, elsewhere, what a process was at when it ended', async () => {
    const begun = Promise.withResolvers<void>();
    const stuck = async (_event: Happened, signal: AbortSignal): Promise<void> => {
      begun.resolve();
      await sleep(60_000, undefined, { signal });
    };
    const leaving = start([{ name: 'test', reactions: [on('test.happened', stuck)] }]);
    await known('test');
    await happen('a', 1);
    await begun.promise;
    await leaving.stop();
    const { heard, listener } = hearer();
    start([listener]);
    await expect.poll(() => heard).toEqual(['a1']);
  });

  it('waits for the lease of a process that ended without a word, and then tells what that one had not', async () => {
    const { heard, listener } = hearer();
    const outbox = start([listener]);
    await known('test');
    await outbox.stop();
    const lease = (lease_until: number) =>
      loose(storage.writer).updateTable('outbox_cursors').set({ lease_owner: 'gone', lease_until }).execute();
    await lease(Date.now() + 60_000);
    start([listener]);
    await happen('a', 1);
    await sleep(100);
    expect(heard).toEqual([]);
    await lease(Date.now() - 1);
    await expect.poll(() => heard).toEqual(['a1']);
  });
});
