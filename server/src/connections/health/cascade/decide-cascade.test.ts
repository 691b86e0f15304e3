import { expect, it } from 'vitest';
import type { ConnectionStatus } from '../../connection.ts';
import { decideCascade, type Dependant } from './decide-cascade.ts';

const connection = (status: ConnectionStatus, deletedAt: string | null = null) => ({
  label: 'Desk',
  status,
  statusReason: status === 'connected' ? null : 'The provider said no.',
  deletedAt,
});
const need = (...statuses: readonly ConnectionStatus[]) => ({
  connectorId: 'zendesk',
  connections: statuses.map((status) => connection(status)),
});
const dependant = (changes: Partial<Dependant>): Dependant => ({
  id: 'agent',
  onConnectorFailure: 'deactivate',
  isActive: true,
  isSwitchedOffByFailure: false,
  needs: [need('connected')],
  ...changes,
});
const off = { isActive: false, isSwitchedOffByFailure: true };

it.each(['auth_failed', 'token_expired', 'pending', 'revoked'] as const)(
  'is switched off, with the reason, where the only connection is %s',
  (status) => {
    expect(decideCascade(dependant({ needs: [need(status)] }))).toEqual({
      is: 'off',
      reason: `The connection "Desk" does not work (${status}). The provider said no.`,
    });
  },
);

it('goes on where another connection of the connector works', () => {
  expect(decideCascade(dependant({ needs: [need('auth_failed', 'connected')] }))).toBeUndefined();
});

it('is switched off where one of two connectors has failed, and on once neither has', () => {
  const needs = [need('connected'), need('token_expired')];
  expect(decideCascade(dependant({ needs }))).toMatchObject({ is: 'off' });
  expect(decideCascade(dependant({ ...off, needs }))).toBeUndefined();
  expect(decideCascade(dependant({ ...off, needs: [need('connected'), need('connected')] }))).toEqual({ is: 'on' });
});

it('goes on with less where it says so, and is switched on where it says so since', () => {
  const degrading = { onConnectorFailure: 'degrade', needs: [need('auth_failed')] } as const;
  expect(decideCascade(dependant(degrading))).toBeUndefined();
  expect(decideCascade(dependant({ ...degrading, ...off }))).toEqual({ is: 'on' });
});

it('stays off where a person switched it off', () => {
  expect(decideCascade(dependant({ isActive: false }))).toBeUndefined();
});

it('is switched off where the connection was deleted', () => {
  const needs = [{ connectorId: 'zendesk', connections: [connection('connected', '2026-11-21T00:00:00.000Z')] }];
  expect(decideCascade(dependant({ needs }))).toEqual({ is: 'off', reason: 'No connection of zendesk is left.' });
});
