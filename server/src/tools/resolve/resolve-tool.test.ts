import { describe, expect, it } from 'vitest';
import { covers } from '../../../../tests/support/covers.ts';
import { type Candidate, type Because, type Resolution, resolveTool, type Standing } from './resolve-tool.ts';

function candidate(
  handle: string,
  tool: string,
  changes: Partial<Omit<Candidate<string>, 'handle' | 'tool' | 'found'>> = {},
): Candidate<string> {
  const address = `${handle}__${tool}`;
  const plain = { connectionId: `id of ${handle}`, connectorId: 'github', address };
  return { ...plain, handle, tool, isPending: false, isActive: true, isHeld: false, found: address, ...changes };
}

const one = [candidate('github', 'get_issue'), candidate('github', 'list_issues')];
const two = [...one, candidate('github-2', 'get_issue')];
const dashed = [candidate('work', 'list_events', { connectorId: 'google-calendar' })];
const clashing = [candidate('github', 'get_issue'), candidate('mine', 'get_issue')];
const known = [
  { connectorId: 'github', tools: ['get_issue', 'list_issues'] },
  { connectorId: 'google-calendar', tools: ['list_events'] },
];

const found = (address: string): Resolution<string> => ({ kind: 'found', found: address });
const held = (address: string): Resolution<string> => ({ kind: 'held', found: address });
const none: Resolution<string> = { kind: 'none' };
const ambiguous = (choices: readonly string[], because: Because = { kind: 'several' }): Resolution<string> => ({
  kind: 'ambiguous',
  choices,
  because,
});
const both = ['github__get_issue', 'github-2__get_issue'];

const plain: Standing = { defaults: [], foreignHandle: undefined };
type Default = Standing['defaults'][number];
const byDefault = (of: 'key' | 'user', handle: string, problem?: Default['problem']): Default => ({
  of,
  connectorId: 'github',
  connectionId: `id of ${handle}`,
  problem,
});
const standing = (...defaults: readonly Default[]): Standing => ({ ...plain, defaults });
const ignored = (of: 'key' | 'user', handle: string, problem: Extract<Because, { kind: 'default' }>['problem']) =>
  ({ kind: 'default', of, connectionId: `id of ${handle}`, problem }) as const;

type Row = readonly [what: string, name: string, candidates: readonly Candidate<string>[], Resolution<string>];

const names: readonly Row[] = [
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
  ['the connector’s name where two connections have the tool', 'github_get_issue', two, ambiguous(both)],
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
  it.each(names)('%s: %s', (...[, name, candidates, resolution]) => {
    covers('everywhere/15-ambiguous', 'everywhere/16-names');
    expect(resolveTool({ wanted: { name }, standing: plain, candidates, known: () => known })).toEqual(resolution);
  });
});

type Place = readonly [what: string, connection: string, tool: string, Resolution<string>];

const places: readonly Place[] = [
  ['an id', 'id of github-2', 'get_issue', found('github-2__get_issue')],
  ['a handle', 'github-2', 'get_issue', found('github-2__get_issue')],
  ['a handle, with the connector’s name before the tool', 'github-2', 'github_get_issue', found('github-2__get_issue')],
  ['a handle that is the connector’s name too', 'github', 'get_issue', found('github__get_issue')],
  ['a connection without that tool', 'github-2', 'list_issues', none],
  ['a connection that is not there', 'github-3', 'get_issue', none],
];

describe('which tool a connection and a name mean', () => {
  it.each(places)('%s: %s %s', (...[, connection, tool, resolution]) => {
    const wanted = { connection, tool };
    expect(resolveTool({ wanted, standing: plain, candidates: two, known: () => known })).toEqual(resolution);
  });

  it('a connector of which several connections have the tool is a question', () => {
    const [first, second] = [candidate('work', 'get_issue'), candidate('home', 'get_issue')];
    const wanted = { connection: 'github', tool: 'get_issue' };
    const asked = { wanted, standing: plain, known: () => known };
    expect(resolveTool({ ...asked, candidates: [first, second] })).toEqual(
      ambiguous(['work__get_issue', 'home__get_issue']),
    );
    expect(resolveTool({ ...asked, candidates: [first] })).toEqual(found('work__get_issue'));
  });
});

interface Said {
  readonly hint?: string;
  readonly standing?: Standing;
  readonly candidates?: readonly Candidate<string>[];
  readonly name?: string;
}

type Choice = readonly [what: string, Said, Resolution<string>];

const pending = candidate('github-3', 'get_issue', { isPending: true });
const inactive = candidate('github-2', 'get_issue', { isActive: false });
const waiting = candidate('github-2', 'get_issue', { isHeld: true });

const choices: readonly Choice[] = [
  ['what the call says, by handle', { hint: 'github-2' }, found('github-2__get_issue')],
  ['what the call says, by id', { hint: 'id of github' }, found('github__get_issue')],
  [
    'what the call says before any default',
    { hint: 'github', standing: standing(byDefault('key', 'github-2')) },
    found('github__get_issue'),
  ],
  ['nothing where the call names another', { hint: 'github-9' }, ambiguous(both, { kind: 'hint', hint: 'github-9' })],
  [
    'nothing where the call names another than its address',
    { hint: 'github', name: 'github-2__get_issue' },
    ambiguous(['github-2__get_issue'], { kind: 'hint', hint: 'github' }),
  ],
  ['the same that its address names', { hint: 'github', name: 'github__get_issue' }, found('github__get_issue')],
  [
    'its address, whatever the defaults',
    { name: 'github__get_issue', standing: standing(byDefault('key', 'github-2')) },
    found('github__get_issue'),
  ],
  ['the key’s default', { standing: standing(byDefault('key', 'github-2')) }, found('github-2__get_issue')],
  ['the person’s default', { standing: standing(byDefault('user', 'github')) }, found('github__get_issue')],
  [
    'the key’s default before the person’s',
    { standing: standing(byDefault('key', 'github-2'), byDefault('user', 'github')) },
    found('github-2__get_issue'),
  ],
  [
    'nothing where the default was deleted, though one is left',
    { candidates: one, standing: standing(byDefault('key', 'github-2', 'deleted')) },
    ambiguous(['github__get_issue'], ignored('key', 'github-2', 'deleted')),
  ],
  [
    'nothing where the default is not the caller’s any more, as after leaving a crew',
    { candidates: one, standing: standing(byDefault('user', 'github-2', 'not_yours')) },
    ambiguous(['github__get_issue'], ignored('user', 'github-2', 'not_yours')),
  ],
  [
    'nothing where the key’s default is broken, though the person has one',
    { standing: standing(byDefault('key', 'gone', 'deleted'), byDefault('user', 'github')) },
    ambiguous(both, ignored('key', 'gone', 'deleted')),
  ],
  [
    'nothing where the default is switched off',
    { candidates: [...one, inactive], standing: standing(byDefault('user', 'github-2')) },
    ambiguous(both, ignored('user', 'github-2', 'inactive')),
  ],
  [
    'nothing where the default has no such tool',
    { candidates: one, standing: standing(byDefault('user', 'github-2')) },
    ambiguous(['github__get_issue'], ignored('user', 'github-2', 'no_such_tool')),
  ],
  [
    'the only one, whatever the default of another connector',
    { candidates: one, standing: standing({ ...byDefault('key', 'x'), connectorId: 'gitlab' }) },
    found('github__get_issue'),
  ],
  ['nothing among two, one of them switched off', { candidates: [...one, inactive] }, ambiguous(both)],
  ['the only one that was ever connected', { candidates: [...one, pending] }, found('github__get_issue')],
  ['one that was only begun, where there is no other', { candidates: [pending] }, found('github-3__get_issue')],
  [
    'nothing where the handle is another’s connection',
    { name: 'github__get_issue', candidates: [waiting], standing: { ...plain, foreignHandle: 'github' } },
    ambiguous(['github-2__get_issue'], { kind: 'foreign_handle', handle: 'github' }),
  ],
  ['one that is held, and says so', { candidates: [waiting] }, held('github-2__get_issue')],
  [
    'one that is held, by its address',
    { name: 'github-2__get_issue', candidates: [waiting] },
    held('github-2__get_issue'),
  ],
  [
    'the default, though it is held and another is not',
    { candidates: [...one, waiting], standing: standing(byDefault('key', 'github-2')) },
    held('github-2__get_issue'),
  ],
  ['nothing among two, one of them held', { candidates: [...one, waiting] }, ambiguous(both)],
];

describe('a connector’s name alone means', () => {
  it.each(choices)('%s', (_what, { hint, name = 'github_get_issue', ...said }, resolution) => {
    covers('addressing/order');
    const asked = { standing: plain, candidates: two, ...said, wanted: { name, hint } };
    expect(resolveTool({ ...asked, known: () => known })).toEqual(resolution);
  });
});

it('tools of two connectors that would be called the same are a question, whatever the defaults', () => {
  const calendar = candidate('google-calendar', 'list', { connectorId: 'google-calendar' });
  const google = candidate('google', 'calendar_list', { connectorId: 'google' });
  const resolution = resolveTool({
    wanted: { name: 'google_calendar_list' },
    standing: standing({ ...byDefault('key', 'google'), connectorId: 'google' }),
    candidates: [calendar, google],
    known: () => [],
  });
  expect(resolution).toEqual(ambiguous(['google-calendar__list', 'google__calendar_list']));
});
