import { describe, expect, it } from 'vitest';
import type { Scope } from '../access/caller.ts';
import { connectionStatuses } from '../connections/connection.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newConnection } from '../../../tests/support/new-connection.ts';
import { newTool } from '../../../tests/support/new-tool.ts';
import { shippedConnector } from '../../../tests/support/shipped-connector.ts';
import { ruleOn } from './ruling.ts';
import { unfixed } from './specs/narrow-tool.ts';

/** Everything a ruling looks at. */
interface Situation {
  readonly isActive: boolean;
  readonly status: (typeof connectionStatuses)[number];
  readonly disabled: boolean;
  readonly requiresConfirmation: boolean | undefined;
  readonly effect: 'read' | 'write';
  readonly unasked: boolean;
  readonly approved: boolean;
}

const gitlab = shippedConnector('gitlab');
const flags = [true, false];
const situations: readonly Situation[] = flags.flatMap((isActive) =>
  connectionStatuses.flatMap((status) =>
    flags.flatMap((disabled) =>
      [undefined, ...flags].flatMap((requiresConfirmation) =>
        (['read', 'write'] as const).flatMap((effect) =>
          flags.flatMap((unasked) =>
            flags.map((approved) => ({ isActive, status, disabled, requiresConfirmation, effect, unasked, approved })),
          ),
        ),
      ),
    ),
  ),
);

function rulingOf({ isActive, status, disabled, requiresConfirmation, effect, unasked, approved }: Situation): string {
  const found = {
    connector: gitlab,
    connection: newConnection({ isActive, status }),
    fixed: unfixed,
    spec: newTool({ effect }),
    switches: { disabled, requiresConfirmation },
  };
  const scopes = new Set<Scope>(unasked ? ['tools:write_unasked'] : []);
  const ruling = ruleOn(found, { scopes, approved });
  return ruling.kind === 'block' ? `block: ${ruling.rejected.reason}` : ruling.kind;
}

function rulingsWhere(fits: (situation: Situation) => boolean): ReadonlySet<string> {
  return new Set(situations.filter(fits).map(rulingOf));
}

const only = (...rulings: string[]) => new Set(rulings);
const open = ({ isActive, status, disabled }: Situation) => isActive && status === 'connected' && !disabled;

describe('a ruling, in every situation there is', () => {
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

  it('runs what a person has approved', () => {
    expect(rulingsWhere((all) => open(all) && all.approved)).toEqual(only('run'));
  });

  it('runs a read', () => {
    covers('everywhere/14-ask-or-run');
    const asked = (all: Situation) => open(all) && !all.approved && all.effect === 'read';
    expect(rulingsWhere((all) => asked(all) && all.requiresConfirmation !== true)).toEqual(only('run'));
  });

  it('asks before a write, also where requires_confirmation is false', () => {
    covers('everywhere/14-ask-or-run', 'everywhere/14-confirmation');
    expect(rulingsWhere((all) => open(all) && !all.approved && all.effect === 'write' && !all.unasked)).toEqual(
      only('ask'),
    );
  });

  it('asks before any tool with requires_confirmation, also a key that writes unasked', () => {
    covers('everywhere/14-confirmation');
    expect(rulingsWhere((all) => open(all) && !all.approved && all.requiresConfirmation === true)).toEqual(only('ask'));
  });

  it('runs the write of a key with tools:write_unasked', () => {
    covers('everywhere/14-unasked');
    const unasked = (all: Situation) => open(all) && !all.approved && all.unasked && all.requiresConfirmation !== true;
    expect(rulingsWhere(unasked)).toEqual(only('run'));
  });
});
