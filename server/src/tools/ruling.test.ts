import { describe, expect, it } from 'vitest';
import type { Scope } from '../access/caller.ts';
import { destructiveRules, readRules, usualPolicy, writeRules } from '../access/policy/workspace-policy.ts';
import { type Connection, connectionStatuses } from '../connections/connection.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newConnection } from '../../../tests/support/new-connection.ts';
import { newTool } from '../../../tests/support/new-tool.ts';
import { ruleOn } from './ruling.ts';

const flags = [true, false] as const;

/** Everything a ruling looks at, each with every value it can have. */
const dimensions = {
  isActive: flags,
  status: connectionStatuses,
  disabled: flags,
  requiresConfirmation: [undefined, ...flags],
  effect: ['read', 'write'],
  destructive: flags,
  unasked: flags,
  approved: flags,
  writes: writeRules,
  reads: readRules,
  destroys: destructiveRules,
} as const;

/** Signed in to, but not for all of it. */
const ungranted = { authMode: 'byo_oauth', grantedScopes: ['read'] } as const;

type Situation = { readonly [Name in keyof typeof dimensions]: (typeof dimensions)[Name][number] };

/** 2 × 5 × 2 × 3 × 2⁷ situations. */
const situations: readonly Situation[] = dimensions.isActive.flatMap((isActive) =>
  dimensions.status.flatMap((status) =>
    dimensions.disabled.flatMap((disabled) =>
      dimensions.requiresConfirmation.flatMap((requiresConfirmation) =>
        callsOf({ isActive, status, disabled, requiresConfirmation }),
      ),
    ),
  ),
);

function callsOf(where: Pick<Situation, 'isActive' | 'status' | 'disabled' | 'requiresConfirmation'>): Situation[] {
  return dimensions.effect.flatMap((effect) =>
    flags.flatMap((destructive) =>
      flags.flatMap((unasked) =>
        flags.flatMap((approved) => floorsOf({ ...where, effect, destructive, unasked, approved })),
      ),
    ),
  );
}

function floorsOf(call: Omit<Situation, 'writes' | 'reads' | 'destroys'>): Situation[] {
  const found: Situation[] = [];
  for (const writes of dimensions.writes)
    for (const reads of dimensions.reads)
      for (const destroys of dimensions.destroys) found.push({ ...call, writes, reads, destroys });
  return found;
}

function rulingOf(all: Situation): string {
  const ruled = {
    connection: newConnection({ isActive: all.isActive, status: all.status }),
    spec: newTool({ effect: all.effect, destructive: all.destructive }),
    switches: { disabled: all.disabled, requiresConfirmation: all.requiresConfirmation },
  };
  const scopes = new Set<Scope>(all.unasked ? ['tools:write_unasked'] : []);
  const policy = { writes: all.writes, reads: all.reads, destructive: all.destroys };
  const ruling = ruleOn(ruled, { scopes, approved: all.approved, policy });
  return ruling.kind === 'block' ? `block: ${ruling.rejected.reason}` : ruling.kind;
}

function rulingsWhere(fits: (situation: Situation) => boolean): ReadonlySet<string> {
  return new Set(situations.filter(fits).map(rulingOf));
}

const only = (...rulings: string[]) => new Set(rulings);
const open = ({ isActive, status, disabled }: Situation) => isActive && status === 'connected' && !disabled;
/** Open, not approved yet, and nothing that makes any tool ask. */
const plain = (all: Situation) => open(all) && !all.approved && all.requiresConfirmation !== true;
const isHeld = (all: Situation) => all.destructive && all.destroys === 'always_ask';

describe('a ruling, in every situation there is', () => {
  it('has seen them all', () => {
    expect(situations).toHaveLength(2 * 5 * 2 * 3 * 2 ** 7);
  });

  it('blocks every tool of a connection that is switched off', () => {
    expect(rulingsWhere(({ isActive }) => !isActive)).toEqual(only('block: disabled'));
  });

  it('blocks a tool that is switched off', () => {
    expect(rulingsWhere(({ disabled }) => disabled)).toEqual(only('block: disabled'));
  });

  it('blocks every tool of a connection that is not connected', () => {
    expect(rulingsWhere((all) => all.isActive && !all.disabled && all.status !== 'connected')).toEqual(
      only('block: auth'),
    );
  });

  it('blocks what nobody granted, and says what, also where a person has approved it', () => {
    covers('scopes/step-up', 'scopes/unknown');
    const rule = (granted: Partial<Connection>, approved: boolean) =>
      ruleOn(
        {
          connection: newConnection({ ...ungranted, ...granted }),
          spec: newTool({ scopes: ['read', 'write'] }),
          switches: { disabled: false, requiresConfirmation: undefined },
        },
        { scopes: new Set(), approved, policy: usualPolicy },
      );
    for (const approved of flags) {
      expect(rule({}, approved)).toMatchObject({ kind: 'block', rejected: { reason: 'scope', scopes: ['write'] } });
      for (const open of [{ grantedScopes: ['write', 'read'] }, { grantedScopes: [] }, { authMode: 'pat' }] as const)
        expect(rule(open, approved).kind).toBe(approved ? 'run' : 'ask');
    }
    expect(rule({ status: 'token_expired' }, false)).toMatchObject({ rejected: { reason: 'auth' } });
  });

  it('runs what a person has approved', () => {
    expect(rulingsWhere((all) => open(all) && all.approved)).toEqual(only('run'));
  });

  it('runs a read, unless the workspace has reads or what destroys ask', () => {
    covers('everywhere/14-ask-or-run');
    const reads = (all: Situation) => plain(all) && all.effect === 'read';
    expect(rulingsWhere((all) => reads(all) && all.reads === 'run' && !isHeld(all))).toEqual(only('run'));
    expect(rulingsWhere((all) => reads(all) && all.reads === 'ask')).toEqual(only('ask'));
  });

  it('asks before a write that nothing lets run, also where requires_confirmation is false', () => {
    covers('everywhere/14-ask-or-run', 'everywhere/14-confirmation');
    expect(rulingsWhere((all) => open(all) && !all.approved && all.effect === 'write' && !all.unasked)).toEqual(
      only('ask'),
    );
  });

  it('asks before any tool with requires_confirmation, also a key that writes unasked', () => {
    covers('everywhere/14-confirmation');
    expect(rulingsWhere((all) => open(all) && !all.approved && all.requiresConfirmation === true)).toEqual(only('ask'));
  });

  it('runs the write of a key with tools:write_unasked where the workspace leaves it to keys', () => {
    covers('everywhere/14-unasked');
    const unasked = (all: Situation) => plain(all) && all.unasked && all.effect === 'write';
    expect(rulingsWhere((all) => unasked(all) && all.writes === 'allow_unasked' && !isHeld(all))).toEqual(only('run'));
  });

  it('asks before every write where the workspace says so, whatever the key was granted', () => {
    covers('approvals/policy');
    expect(rulingsWhere((all) => plain(all) && all.effect === 'write' && all.writes === 'ask')).toEqual(only('ask'));
  });

  it('asks before what destroys where the workspace says so, whatever the key was granted', () => {
    covers('approvals/policy');
    expect(rulingsWhere((all) => plain(all) && isHeld(all))).toEqual(only('ask'));
  });
});
