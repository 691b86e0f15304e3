import { describe, expect, it } from 'vitest';
import { scopes } from '../caller.ts';
import type { Caller, KeyKind, Role, Scope } from '../caller.ts';
import { decideMint } from './decide-mint.ts';
import type { KeyWish } from './decide-mint.ts';

const person = (role: Role): Caller => ({
  via: 'session',
  principal: 'session:s',
  userId: 'u',
  workspaceId: 'w',
  role,
  scopes: new Set(scopes),
  crews: new Set(),
  operator: false,
  key: undefined,
});

const key = (held: readonly Scope[], parts: { kind?: KeyKind; first?: boolean; role?: Role } = {}): Caller => ({
  ...person(parts.role ?? 'ADMIN'),
  via: 'key',
  principal: 'key:k',
  scopes: new Set(held),
  key: { id: 'k', kind: parts.kind ?? 'person', lineage: ['key:root', 'key:k'], first: parts.first ?? false },
});

const firstKey = key(scopes, { first: true, role: 'OWNER' });
const adminKey = key(['keys:write', 'admin', 'tools:read']);
const wish = (kind: KeyKind, held?: readonly Scope[], role?: Role): KeyWish => ({
  name: 'n',
  kind,
  scopes: held,
  role,
});

describe('makes', () => {
  it.each<[string, Caller, KeyWish]>([
    ['an agent key for a person', person('MEMBER'), wish('agent')],
    ['an app key for a person', person('MANAGER'), wish('app')],
    ['a deciding key for a person', person('MEMBER'), wish('person', ['approvals:decide', 'approvals:read'])],
    ['an app key that only decides', person('MEMBER'), wish('app', ['approvals:decide'])],
    ['unasked writes for the person concerned', person('MEMBER'), wish('agent', ['tools:call', 'tools:write_unasked'])],
    ['any key for the first admin key', firstKey, wish('person', ['admin', 'keys:write'])],
    ['a lesser key for a key with admin', adminKey, wish('agent', ['tools:read'])],
  ])('%s', (_name, caller, wanted) => {
    expect(decideMint(caller, wanted)).toMatchObject({ ok: true });
  });
});

describe('refuses', () => {
  it.each<[string, Caller, KeyWish, RegExp]>([
    ['a role above the maker', person('MEMBER'), wish('agent', undefined, 'ADMIN'), /above yours/],
    ['a token of an identity provider', { ...person('OWNER'), via: 'jwt' }, wish('agent'), /cannot make keys/],
    ['a key without keys:write', key(['admin']), wish('agent', ['tools:read']), /cannot make keys/],
    [
      'a key with keys:write alone',
      key(['keys:write', 'tools:read']),
      wish('agent', ['tools:read']),
      /keys:write and admin/,
    ],
    [
      "an agent's key, whatever it holds",
      key(['keys:write', 'admin'], { kind: 'agent' }),
      wish('agent', ['admin']),
      /cannot make keys/,
    ],
    ['a deciding scope from a key', adminKey, wish('person', ['approvals:decide']), /Only a signed-in person/],
    ['admin from a key that has it', adminKey, wish('person', ['admin']), /Only a signed-in person/],
    [
      'secrets:reveal from a key',
      key(['keys:write', 'admin', 'secrets:reveal']),
      wish('app', ['secrets:reveal']),
      /signed-in person/,
    ],
    [
      'unasked writes from a key',
      key(['keys:write', 'admin', 'tools:write_unasked']),
      wish('agent', ['tools:write_unasked']),
      /signed-in/,
    ],
    [
      'oauth:direct from a key',
      key(['keys:write', 'admin', 'oauth:direct']),
      wish('app', ['oauth:direct']),
      /signed-in person/,
    ],
    ['a scope the key lacks', adminKey, wish('agent', ['tools:call']), /does not have: tools:call/],
    [
      'approving one’s own calls',
      person('OWNER'),
      wish('person', ['tools:call', 'approvals:decide']),
      /approve its own calls/,
    ],
    [
      'approving one’s own calls, by the first key',
      firstKey,
      wish('person', ['tools:call', 'admin']),
      /approve its own calls/,
    ],
    [
      'calling and inviting an approver',
      person('OWNER'),
      wish('person', ['tools:call', 'members:write']),
      /Make two keys/,
    ],
    [
      'a deciding app key that does more',
      person('OWNER'),
      wish('app', ['approvals:decide', 'calls:read']),
      /that scope alone/,
    ],
    [
      'a deciding agent',
      person('OWNER'),
      wish('agent', ['approvals:decide']),
      /agent's key never has approvals:decide/,
    ],
    ['an agent that makes keys', person('OWNER'), wish('agent', ['keys:write']), /agent's key never has keys:write/],
    ['admin from below ADMIN', person('MANAGER'), wish('person', ['admin']), /takes the role ADMIN/],
    ['oauth:direct from below ADMIN', person('MANAGER'), wish('app', ['oauth:direct']), /takes the role ADMIN/],
    ['secrets:reveal from below MANAGER', person('MEMBER'), wish('app', ['secrets:reveal']), /takes the role MANAGER/],
    ['a key that can do nothing', person('OWNER'), wish('agent', []), /at least one scope/],
  ])('%s', (...[, caller, wanted, refusal]) => {
    expect(decideMint(caller, wanted)).toMatchObject({ ok: false, refusal: expect.stringMatching(refusal) });
  });
});

it('hands the lineage of the minting key on', () => {
  expect(decideMint(adminKey, wish('agent', ['tools:read']))).toMatchObject({ lineage: ['key:root', 'key:k'] });
  expect(decideMint(person('OWNER'), wish('agent'))).toMatchObject({ lineage: [] });
});

it('never gives by default a role above the maker, nor a guarded scope', () => {
  for (const kind of ['agent', 'app', 'person'] as const) {
    const decision = decideMint(person('VIEWER'), wish(kind));
    expect(decision).toMatchObject({ ok: true, role: 'VIEWER' });
    expect(decision).not.toMatchObject({ scopes: expect.arrayContaining(['approvals:decide']) });
  }
});
