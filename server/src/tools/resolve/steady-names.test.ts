import { expect, it } from 'vitest';
import type { Connection } from '../../connections/connection.ts';
import { newConnection } from '../../../../tests/support/new-connection.ts';
import { steadyNames } from './steady-names.ts';

const connection = (id: string, changes: Partial<Connection> = {}) =>
  newConnection({ id, connectorId: 'github', handle: `github-${id}`, ...changes });

const nameOf = (usable: readonly Connection[], tool = 'get_issue', [first] = usable) =>
  first && steadyNames(usable)(first, tool);

it('is the connector’s where there is one connection of it', () => {
  expect(nameOf([connection('7')])).toBe('github__get_issue');
  const others = [connection('8', { status: 'pending' }), connection('9', { connectorId: 'slack', handle: 'slack' })];
  expect(nameOf([connection('7'), ...others])).toBe('github__get_issue');
});

it('is the handle’s where the connector’s could mean another', () => {
  expect(nameOf([connection('7'), connection('8')])).toBe('github-7__get_issue');
  expect(nameOf([connection('7'), connection('8', { isActive: false })])).toBe('github-7__get_issue');
  const namesake = connection('8', { connectorId: 'mcp', handle: 'github' });
  expect(nameOf([connection('7'), namesake])).toBe('github-7__get_issue');
});

it('is the handle’s where it would be cut short, or written otherwise, and for servers and agents of one’s own', () => {
  expect(nameOf([connection('7')], 't'.repeat(60))).toMatch(/^github-7__t+_[0-9a-f]{8}$/);
  expect(nameOf([connection('7')], 'get issue')).toMatch(/^github-7__get_issue_[0-9a-f]{8}$/);
  expect(nameOf([connection('7', { connectorId: 'mcp', handle: 'wiki' })])).toBe('wiki__get_issue');
  expect(nameOf([connection('7', { connectorId: 'agent:langgraph', handle: 'bot' })])).toBe('bot__get_issue');
});
