import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CommitQueue } from './commit-queue.ts';

/** A real database that writes down the statements around transactions. */
class ListeningDatabase extends DatabaseSync {
  readonly heard: string[] = [];

  override exec(statement: string): void {
    this.heard.push(statement);
    super.exec(statement);
  }
}

/** So that no group closes because the machine was slow; the tests of closing set their own. */
const patient = { members: 64, ms: 60_000, patienceMs: 60_000 };

let folder: string;
let database: ListeningDatabase;
let outside: DatabaseSync;
let queue: CommitQueue;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugboard-queue-'));
  database = new ListeningDatabase(join(folder, 'test.db'));
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('create table parent (id integer primary key)');
  database.exec('create table row (name text unique, parent integer references parent deferrable initially deferred)');
  database.heard.length = 0;
  outside = new DatabaseSync(join(folder, 'test.db'), { readOnly: true });
  queue = new CommitQueue(database, patient);
});

afterEach(() => {
  outside.close();
  database.close();
  rmSync(folder, { recursive: true });
});

const namesOnDisk = () =>
  outside
    .prepare('select name from row order by rowid')
    .all()
    .map((row) => row['name']);
const insert = (name: string, parent: number | null = null) =>
  database.prepare('insert into row values (?, ?)').run(name, parent);
const commits = () => database.heard.filter((statement) => statement === 'COMMIT').length;

async function transaction(work: () => unknown): Promise<void> {
  const member = await queue.begin();
  try {
    await work();
    await member.commit();
  } catch (error) {
    member.rollback();
    throw error;
  }
}

it('commits transactions that wait together in one group, in the order they came', async () => {
  const names = Array.from({ length: 40 }, (_, at) => `n${at}`);
  await Promise.all(names.map((name) => transaction(() => insert(name))));
  expect(namesOnDisk()).toEqual(names);
  expect(commits()).toBe(1);
});

it('closes a group at 64 members', async () => {
  await Promise.all(Array.from({ length: 130 }, (_, at) => transaction(() => insert(`n${at}`))));
  expect(commits()).toBe(3);
});

it('closes a group when it is old', async () => {
  queue = new CommitQueue(database, { members: 64, ms: 0, patienceMs: 10_000 });
  await Promise.all(Array.from({ length: 5 }, (_, at) => transaction(() => insert(`n${at}`))));
  expect(commits()).toBe(5);
});

it('acknowledges after the commit, never before', async () => {
  const seen: unknown[] = [];
  const acknowledged = (name: string) =>
    transaction(() => insert(name)).then(() => seen.push(namesOnDisk().includes(name)));
  const slow = transaction(async () => {
    insert('slow');
    await wait(20);
    seen.push(namesOnDisk().length);
  });
  await Promise.all([acknowledged('first'), slow, acknowledged('last')]);
  expect(seen).toEqual([0, true, true]);
});

it('commits a lone transaction without waiting for others', async () => {
  for (let at = 0; at < 20; at++) await transaction(() => insert(`n${at}`));
  expect(commits()).toBe(20);
});

it('undoes a failing transaction alone', async () => {
  const results = await Promise.allSettled([
    transaction(() => insert('before')),
    transaction(() => {
      insert('undone');
      throw new Error('changed my mind');
    }),
    transaction(() => insert('before')),
    transaction(() => insert('after')),
  ]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(namesOnDisk()).toEqual(['before', 'after']);
  expect(commits()).toBe(1);
});

it('tells every member when the commit fails', async () => {
  const results = await Promise.allSettled([
    transaction(() => insert('innocent')),
    transaction(() => insert('orphan', 404)),
  ]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  expect(namesOnDisk()).toEqual([]);
  await transaction(() => insert('afterwards'));
  expect(namesOnDisk()).toEqual(['afterwards']);
});

it('tells every member when SQLite itself undoes the group', async () => {
  const results = await Promise.allSettled([
    transaction(() => insert('lost with the others')),
    transaction(() => {
      insert('undone');
      database.prepare('rollback').run();
    }),
    transaction(() => insert('afterwards')),
  ]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(namesOnDisk()).toEqual(['afterwards']);
});

it('runs one transaction at a time', async () => {
  const steps: string[] = [];
  const slowly = (name: string) =>
    transaction(async () => {
      steps.push(`${name} starts`);
      await wait(5);
      steps.push(`${name} ends`);
    });
  await Promise.all([slowly('a'), slowly('b')]);
  expect(steps).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
});

it('keeps a statement outside transactions out of the group of others', async () => {
  const failing = transaction(async () => {
    insert('undone');
    await wait(5);
    throw new Error('changed my mind');
  });
  const alone = queue.alone(() => {
    expect(database.isTransaction).toBe(false);
    return insert('alone');
  });
  await Promise.allSettled([failing, alone]);
  expect(namesOnDisk()).toEqual(['alone']);
});

it('gives up on a turn that never comes, and goes on when it does', async () => {
  queue = new CommitQueue(database, { members: 64, ms: 2, patienceMs: 30 });
  const member = await queue.begin();
  await expect(transaction(() => insert('impatient'))).rejects.toThrow('awaits something other than its own trx (R3)');
  await member.commit();
  await transaction(() => insert('later'));
  expect(namesOnDisk()).toEqual(['later']);
});

it('finishes what was asked for when it closes, and refuses the rest', async () => {
  const before = transaction(() => insert('before'));
  const closed = queue.close();
  await expect(transaction(() => insert('after'))).rejects.toThrow('closed');
  await Promise.all([before, closed]);
  expect(namesOnDisk()).toEqual(['before']);
});
