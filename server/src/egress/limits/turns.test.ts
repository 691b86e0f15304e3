import { describe, expect, it } from 'vitest';
import type { Place } from './turn-counts.ts';
import { createTurns, type Turns, type Wait } from './turns.ts';

const roomy = { perWorkspace: 100, perOrigin: 100, perWorkspaceAtOrigin: 100, waitingPerWorkspace: 100 };

function at(workspaceId: string, origin = 'slow', more: Partial<Place> = {}): Place {
  return { workspaceId, origin, connectionId: `of ${workspaceId}`, mostOfConnection: undefined, ...more };
}

function take(turns: Turns, places: readonly Place[]): boolean[] {
  return places.map((place) => turns.tryTake(place));
}

/** Has calls wait, and notes in which order they start. */
function line(turns: Turns) {
  const started: string[] = [];
  return {
    started,
    wait: async (name: string, place: Place, longestMs = 60_000): Promise<Wait> => {
      const how = await turns.take(place, { longestMs });
      if (how === 'taken') started.push(name);
      return how;
    },
  };
}

/** Ends a call and lets whoever got its turn note it. */
async function end(turns: Turns, place: Place): Promise<void> {
  turns.give(place);
  await Promise.resolve();
  await Promise.resolve();
}

describe('turns', () => {
  it.each([
    { whose: 'a workspace', limit: { perWorkspace: 2 }, places: [at('a', '1'), at('a', '2'), at('a', '3')] },
    { whose: 'an origin', limit: { perOrigin: 2 }, places: [at('a'), at('b'), at('c')] },
    { whose: 'a workspace at an origin', limit: { perWorkspaceAtOrigin: 2 }, places: [at('a'), at('a'), at('a')] },
  ])('are as many as $whose may have, and one more once one is over', ({ limit, places }) => {
    const turns = createTurns({ ...roomy, ...limit });
    expect(take(turns, places)).toEqual([true, true, false]);
    expect(turns.tryTake(at('elsewhere', 'other'))).toBe(true);
    turns.give(at('a', places[0]?.origin));
    expect(take(turns, places.slice(2))).toEqual([true]);
    expect(turns.count()).toEqual({ running: 3, waiting: 0 });
  });

  it('are as many as the connector lets a connection have, others apart', () => {
    const turns = createTurns(roomy);
    const one = at('a', 'slow', { mostOfConnection: 1 });
    const other = { ...one, connectionId: 'another' };
    expect(take(turns, [one, one, other])).toEqual([true, false, true]);
    turns.give(one);
    expect(turns.tryTake(one)).toBe(true);
  });

  it('go to workspaces in turn, and within one in the order of coming', async () => {
    const turns = createTurns({ ...roomy, perOrigin: 1 });
    const { started, wait } = line(turns);
    turns.tryTake(at('first'));
    const noisy = ['n1', 'n2', 'n3', 'n4'].map((name) => wait(name, at('noisy')));
    const quiet = ['q1', 'q2'].map((name) => wait(name, at('quiet')));
    await end(turns, at('first'));
    for (const workspace of ['noisy', 'quiet', 'noisy', 'quiet', 'noisy']) await end(turns, at(workspace));
    await Promise.all([...noisy, ...quiet]);
    expect(started).toEqual(['n1', 'q1', 'n2', 'q2', 'n3', 'n4']);
  });

  it('leave room at an origin for a quiet workspace, however much a noisy one wants', () => {
    const turns = createTurns({ ...roomy, perOrigin: 4, perWorkspaceAtOrigin: 2 });
    expect(take(turns, [at('noisy'), at('noisy'), at('noisy'), at('noisy')])).toEqual([true, true, false, false]);
    expect(take(turns, [at('quiet'), at('quiet')])).toEqual([true, true]);
  });

  it('are not taken past those of the same workspace who wait', async () => {
    const turns = createTurns({ ...roomy, perWorkspace: 1 });
    const { started, wait } = line(turns);
    turns.tryTake(at('a', 'elsewhere'));
    const waiting = wait('first', at('a'));
    expect(turns.tryTake(at('a'))).toBe(false);
    await end(turns, at('a', 'elsewhere'));
    await waiting;
    expect(started).toEqual(['first']);
  });

  it('pass over whose connection is full, and nobody else', async () => {
    const turns = createTurns({ ...roomy, perOrigin: 2 });
    const full = at('a', 'slow', { mostOfConnection: 1 });
    const { started, wait } = line(turns);
    take(turns, [full, at('b')]);
    const behind = wait('full', full);
    const before = wait('other', at('a'));
    await end(turns, at('b'));
    expect(started).toEqual(['other']);
    await end(turns, full);
    await Promise.all([behind, before]);
    expect(started).toEqual(['other', 'full']);
  });

  it('do not come too late: who waited too long is told, and holds nothing', async () => {
    const turns = createTurns({ ...roomy, perOrigin: 1 });
    turns.tryTake(at('a'));
    expect(await turns.take(at('b'), { longestMs: 1 })).toBe('late');
    expect(turns.count()).toEqual({ running: 1, waiting: 0 });
    turns.give(at('a'));
    expect(turns.tryTake(at('c'))).toBe(true);
  });

  it('are not given to who left, before or while waiting', async () => {
    const turns = createTurns({ ...roomy, perOrigin: 1 });
    turns.tryTake(at('a'));
    const leaving = new AbortController();
    const waiting = turns.take(at('b'), { longestMs: 60_000, signal: leaving.signal });
    leaving.abort();
    expect(await waiting).toBe('left');
    expect(await turns.take(at('b'), { longestMs: 60_000, signal: leaving.signal })).toBe('left');
    expect(turns.count()).toEqual({ running: 1, waiting: 0 });
  });

  it('are waited for by so many of a workspace and no more', async () => {
    const turns = createTurns({ ...roomy, perOrigin: 1, waitingPerWorkspace: 2 });
    const { wait } = line(turns);
    turns.tryTake(at('x'));
    const waiting = [wait('1', at('a')), wait('2', at('a'))];
    expect(await wait('3', at('a'))).toBe('crowded');
    const other = wait('4', at('b'));
    expect(turns.count().waiting).toBe(3);
    await end(turns, at('x'));
    for (const workspace of ['a', 'b', 'a']) await end(turns, at(workspace));
    expect(await Promise.all([...waiting, other])).toEqual(['taken', 'taken', 'taken']);
  });

  it('are forgotten with their places: what was once used holds no memory for ever', () => {
    const turns = createTurns();
    for (let n = 0; n < 5_000; n += 1) {
      const place = at(`w${n}`, `o${n}`);
      turns.tryTake(place);
      turns.give(place);
    }
    expect(turns.count()).toEqual({ running: 0, waiting: 0 });
  });

  it('add up after any order of taking, waiting, leaving and giving', async () => {
    const turns = createTurns({ perWorkspace: 4, perOrigin: 5, perWorkspaceAtOrigin: 3, waitingPerWorkspace: 8 });
    const held: Place[] = [];
    const waits: Promise<unknown>[] = [];
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let n = 0; n < 3_000; n += 1) {
      const place = at(`w${random(4)}`, `o${random(3)}`, random(4) === 0 ? { mostOfConnection: 1 } : {});
      if (random(3) === 0) {
        const [given] = held.splice(random(held.length), 1);
        if (given) turns.give(given);
      } else if (turns.tryTake(place)) held.push(place);
      else {
        const leaving = new AbortController();
        waits.push(
          turns
            .take(place, { longestMs: 60_000, signal: leaving.signal })
            .then((how) => how === 'taken' && held.push(place)),
        );
        if (random(4) === 0) leaving.abort();
      }
      await Promise.resolve();
    }
    while (turns.count().running > 0) {
      const [given] = held.splice(0, 1);
      if (given) turns.give(given);
      await Promise.resolve();
    }
    await Promise.all(waits);
    expect(turns.count()).toEqual({ running: 0, waiting: 0 });
  });
});
