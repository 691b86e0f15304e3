import { describe, expect, it } from 'vitest';
import { decideTools, type Knowledge, type KnownName, type ListedNow, mostNames } from './decide-tools.ts';

const listed = (digest: string, changes: Partial<ListedNow> = {}): ListedNow => ({
  name: 'send',
  digest,
  effect: 'read',
  isFlagged: false,
  ...changes,
});

const knows = (known?: KnownName, changes: Partial<Knowledge> = {}): Knowledge => ({
  names: new Map(known === undefined ? [] : [['send', known]]),
  isFirst: false,
  newTools: 'offer',
  ...changes,
});

const nothing = { accept: [], ask: [], hold: [], changed: [], gone: [] };
const held = (why: 'changed' | 'new' | 'flagged') => ({ ...nothing, hold: [{ name: 'send', why }], changed: ['send'] });
const accepted = { ...nothing, accept: ['send'], changed: ['send'] };

const table: readonly (readonly [what: string, ListedNow, Knowledge, ReturnType<typeof decideTools>])[] = [
  ['the first list is accepted', listed('a'), knows(undefined, { isFirst: true }), accepted],
  [
    'so are its writes, which ask anyway',
    listed('a', { effect: 'write' }),
    knows(undefined, { isFirst: true }),
    accepted,
  ],
  [
    'what is flagged is held, in the first list too',
    listed('a', { isFlagged: true }),
    knows(undefined, { isFirst: true }),
    held('flagged'),
  ],
  ['what is as it was changes nothing', listed('a'), knows({ seen: 'a', accepted: 'a' }), nothing],
  [
    'what was accepted with a flag is as it was, too',
    listed('a', { isFlagged: true }),
    knows({ seen: 'a', accepted: 'a' }),
    nothing,
  ],
  ['a changed tool is held', listed('b'), knows({ seen: 'a', accepted: 'a' }), held('changed')],
  ['and is so once', listed('b'), knows({ seen: 'b', accepted: 'a' }), nothing],
  ['and again where it changes again', listed('c'), knows({ seen: 'b', accepted: 'a' }), held('changed')],
  [
    'one that returns to what it was is free',
    listed('a'),
    knows({ seen: 'b', accepted: 'a' }),
    { ...nothing, changed: ['send'] },
  ],
  [
    'one that was gone and returns as it was is free',
    listed('a'),
    knows({ seen: undefined, accepted: 'a' }),
    { ...nothing, changed: ['send'] },
  ],
  [
    'one that was gone and returns as another is held',
    listed('b'),
    knows({ seen: undefined, accepted: 'a' }),
    held('changed'),
  ],
  ['a later read is offered', listed('a'), knows(), accepted],
  [
    'a later write is offered and asks everybody',
    listed('a', { effect: 'write' }),
    knows(),
    { ...accepted, ask: ['send'] },
  ],
  [
    'a later one is held where the connection says so',
    listed('a'),
    knows(undefined, { newTools: 'hold' }),
    held('new'),
  ],
  ['a later one that hides something is held', listed('a', { isFlagged: true }), knows(), held('flagged')],
  [
    'one that was held stays so, though it drops what it hid',
    listed('b'),
    knows({ seen: 'a', accepted: undefined }),
    held('new'),
  ],
  ['one that is held is told of once', listed('a'), knows({ seen: 'a', accepted: undefined }), nothing],
];

describe('what becomes of a tool that a server lists', () => {
  it.each(table)('%s', (...[, tool, knowledge, decisions]) => {
    expect(decideTools([tool], knowledge)).toEqual(decisions);
  });

  it('one that is listed no more is gone, once', () => {
    expect(decideTools([], knows({ seen: 'a', accepted: 'a' }))).toEqual({ ...nothing, gone: ['send'] });
    expect(decideTools([], knows({ seen: undefined, accepted: 'a' }))).toEqual(nothing);
  });

  it('so many names are remembered, and the next one is held: a flood of names makes none forgotten', () => {
    const known = (count: number) =>
      new Map(Array.from({ length: count }, (_, number) => [`tool ${number}`, { seen: undefined, accepted: 'x' }]));
    const at = (count: number) => decideTools([listed('a')], knows(undefined, { names: known(count) }));
    expect(at(mostNames - 1)).toEqual(accepted);
    expect(at(mostNames)).toEqual(held('new'));
    const two = [listed('a'), listed('a', { name: 'other' })];
    const last = decideTools(two, knows(undefined, { names: known(mostNames - 1) }));
    expect(last).toMatchObject({ accept: ['send'], hold: [{ name: 'other', why: 'new' }] });
  });
});
