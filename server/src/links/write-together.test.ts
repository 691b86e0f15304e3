import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { systemClock } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';
import { writeTogether } from './write-together.ts';

describeOnEngines('what is written together', (open) => {
  let storage: Storage;
  let workspace: string;
  let groups: string[][];

  beforeEach(async () => {
    storage = await open();
    workspace = await addWorkspace(storage);
    groups = [];
  });

  const write = writeTogether<string, string>(async (trx, _clock, drafts) => {
    groups.push([...drafts]);
    if (drafts.includes('bad')) throw new Error('This one is bad.');
    const { workspaceId } = trx;
    return drafts.map((draft) => `${workspaceId} ${draft}`);
  });
  const ask = (draft: string, where = workspace) => write({ storage, clock: systemClock }, where, draft);

  it('is what is asked for at one moment, by workspace, and each gets its own', async () => {
    const other = await addWorkspace(storage);
    const made = await Promise.all([ask('a'), ask('b'), ask('c', other), ask('d')]);
    expect(made).toEqual([`${workspace} a`, `${workspace} b`, `${other} c`, `${workspace} d`]);
    expect(groups.toSorted((one, another) => another.length - one.length)).toEqual([['a', 'b', 'd'], ['c']]);
  });

  it('fails for nobody else, and is heard as soon as it fails', async () => {
    const all = [ask('bad'), ...['a', 'b', 'c'].map((draft) => ask(draft)), ask('bad')];
    const settled = await Promise.allSettled(all);
    expect(settled.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(groups).toEqual([['bad', 'a', 'b', 'c', 'bad'], ['bad'], ['a'], ['b'], ['c'], ['bad']]);
    await setTimeout(10);
  });

  it('is no more at once than its maker says', async () => {
    const some: number[] = [];
    const few = writeTogether<string, string>(
      async (_trx, _clock, drafts) => {
        some.push(drafts.length);
        return drafts;
      },
      { mostTogether: 2 },
    );
    await Promise.all(['a', 'b', 'c'].map((draft) => few({ storage, clock: systemClock }, workspace, draft)));
    expect(some).toEqual([2, 1]);
  });

  it('is no more than 64 at once where they say nothing', async () => {
    await Promise.all(Array.from({ length: 130 }, (_, n) => ask(`${n}`)));
    expect(groups.map(({ length }) => length)).toEqual([64, 64, 2]);
  });
});
