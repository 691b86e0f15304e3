import { expect, it } from 'vitest';
import { createCourtesy } from './courtesy.ts';

/** A courtesy whose process is as busy as it is told, at a time that it is told. */
function newCourtesy() {
  const state = { now: 10_000, busy: true, look: () => {} };
  const courtesy = createCourtesy({
    clock: { now: () => state.now },
    share: 2,
    watch: (look) => {
      state.look = look;
      return { isBusy: () => state.busy, stop: () => {} };
    },
  });
  const going: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (workspace: string, name: string) =>
    courtesy.enter(workspace).then((end) => {
      going.push(name);
      ends.push(end);
    });
  const settle = () => new Promise((resolve) => void setImmediate(resolve));
  return { state, going, ends, ask, settle };
}

it('lets a workspace that is alone go on, however busy it is', async () => {
  const { going, ask } = newCourtesy();
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => ask('one', name)));
  expect(going).toEqual(['a', 'b', 'c', 'd']);
});

it('has who asks much wait for a share of its own, and nobody else', async () => {
  const { going, ends, ask, settle } = newCourtesy();
  await ask('quiet', 'q1');
  for (const name of ['a', 'b', 'c', 'd']) void ask('noisy', name);
  await settle();
  expect(going).toEqual(['q1', 'a', 'b']);
  await ask('quiet', 'q2');
  ends[1]?.();
  await settle();
  expect(going).toEqual(['q1', 'a', 'b', 'q2', 'c']);
});

it('has nobody wait in a process that keeps up', async () => {
  const { state, going, ask, settle } = newCourtesy();
  await ask('quiet', 'q');
  for (const name of ['a', 'b', 'c']) void ask('noisy', name);
  await settle();
  expect(going).toHaveLength(3);
  state.busy = false;
  state.look();
  await settle();
  expect(going).toEqual(['q', 'a', 'b', 'c']);
  await ask('noisy', 'd');
});

it('does not have them wait long for what itself waits', async () => {
  const { state, going, ask, settle } = newCourtesy();
  await ask('quiet', 'q');
  for (const name of ['a', 'b', 'c', 'd']) void ask('noisy', name);
  state.now += 49;
  state.look();
  await settle();
  expect(going).toEqual(['q', 'a', 'b']);
  state.now += 1;
  state.look();
  await settle();
  expect(going).toEqual(['q', 'a', 'b', 'c']);
});

it('forgets that somebody was at work', async () => {
  const { state, going, ends, ask } = newCourtesy();
  await ask('quiet', 'q');
  ends[0]?.();
  state.now += 1_001;
  state.look();
  await Promise.all(['a', 'b', 'c'].map((name) => ask('noisy', name)));
  expect(going).toHaveLength(4);
});
