import { describe, expect, it } from 'vitest';
import { covers } from '../../../../tests/support/covers.ts';
import { type Candidate, type Resolution, resolveTool } from './resolve-tool.ts';

function candidate(handle: string, connectorId: string, tool: string): Candidate<string> {
  const address = `${handle}__${tool}`;
  return { connectionId: handle, connectorId, address, tool, found: address };
}

const one = [candidate('github', 'github', 'get_issue'), candidate('github', 'github', 'list_issues')];
const two = [...one, candidate('github-2', 'github', 'get_issue')];
const dashed = [candidate('work', 'google-calendar', 'list_events')];
const clashing = [candidate('github', 'github', 'get_issue'), candidate('mine', 'github', 'get_issue')];
const known = [
  { connectorId: 'github', tools: ['get_issue', 'list_issues'] },
  { connectorId: 'google-calendar', tools: ['list_events'] },
];

const found = (address: string): Resolution<string> => ({ kind: 'found', found: address });
const none: Resolution<string> = { kind: 'none' };

const table: readonly (readonly [string, string, readonly Candidate<string>[], Resolution<string>])[] = [
  ['an address', 'github__get_issue', one, found('github__get_issue')],
  [
    'an address, though another connection fits the connector’s name too',
    'github__get_issue',
    clashing,
    found('github__get_issue'),
  ],
  ['an address with a number', 'github-2__get_issue', two, found('github-2__get_issue')],
  ['the connector’s name with one underscore', 'github_get_issue', one, found('github__get_issue')],
  ['the name of a connector that no handle has', 'google-calendar__list_events', dashed, found('work__list_events')],
  ['the same with underscores for dashes', 'google_calendar_list_events', dashed, found('work__list_events')],
  [
    'the connector’s name where two connections have the tool',
    'github_get_issue',
    two,
    { kind: 'ambiguous', choices: ['github__get_issue', 'github-2__get_issue'] },
  ],
  [
    'a tool of a connector that is not connected',
    'github_get_issue',
    [],
    { kind: 'connect_first', connectorId: 'github' },
  ],
  ['the same as an address', 'github__get_issue', [], { kind: 'connect_first', connectorId: 'github' }],
  ['a tool that no connector has', 'github__fly', one, none],
  ['a tool without a connector', 'get_issue', one, none],
  ['a connector without a tool', 'github', one, none],
  ['another spelling', 'GitHub__get_issue', one, none],
  ['part of an address', 'github__get', one, none],
];

describe('which tool a name means', () => {
  it.each(table)('%s: %s', (...[, name, candidates, resolution]) => {
    covers('everywhere/15-ambiguous', 'everywhere/16-names');
    expect(resolveTool(name, candidates, () => known)).toEqual(resolution);
  });
});
