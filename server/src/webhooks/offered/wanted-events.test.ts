import { describe, expect, it } from 'vitest';
import { isWanted, readWanted } from './wanted-events.ts';

describe('what a webhook asks for', () => {
  it.each([
    [['connection.failed'], 'connection.failed', true],
    [['connection.failed'], 'connection.recovered', false],
    [['connection.*'], 'connection.recovered', true],
    [['connection.*'], 'approval.requested', false],
    [['*'], 'approval.requested', true],
    [['approval.expired', 'connection.*'], 'connection.revoked', true],
    [[], 'connection.failed', false],
  ])('%j of %s: %s', (wanted, type, expected) => {
    expect(isWanted(wanted, type)).toBe(expected);
  });

  it('is a type, a group of types, or everything, each once', () => {
    expect(readWanted(['connection.*', '*', 'approval.decided', '*'])).toEqual([
      'connection.*',
      '*',
      'approval.decided',
    ]);
  });

  it.each(['connection', 'connection.', 'connection.**', 'Connection.failed', 'approval.approved', '', 'no.*'])(
    'is nothing else: "%s"',
    (wish) => {
      expect(() => readWanted(['*', wish])).toThrow(/There is no event ".*connection\.connected/);
    },
  );
});
