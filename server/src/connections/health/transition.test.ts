import { describe, expect, it } from 'vitest';
import { type ConnectionStatus, connectionStatuses } from '../connection.ts';
import { type Finding, transition } from './transition.ts';

const before = 'As it was.';
const found = 'As it was found.';
const findings: Readonly<Record<Finding['is'], Finding>> = {
  accepted: { is: 'accepted' },
  refused: { is: 'refused', message: found },
  unreachable: { is: 'unreachable', message: found },
  renewed: { is: 'renewed' },
  over: { is: 'over', message: found },
  replaced: { is: 'replaced' },
  revoked: { is: 'revoked', message: found },
};

/** Status after, whose reason it has, and what is told. */
type Row = readonly [after: ConnectionStatus, reason: string | null, event?: string];

const table: Readonly<Record<Finding['is'], Readonly<Record<ConnectionStatus, Row>>>> = {
  accepted: {
    pending: ['connected', null, 'connection.connected'],
    connected: ['connected', null],
    auth_failed: ['connected', null, 'connection.recovered'],
    token_expired: ['connected', null, 'connection.recovered'],
    revoked: ['revoked', before],
  },
  refused: {
    pending: ['auth_failed', found, 'connection.failed'],
    connected: ['auth_failed', found, 'connection.failed'],
    auth_failed: ['auth_failed', found],
    token_expired: ['token_expired', before],
    revoked: ['revoked', before],
  },
  unreachable: {
    pending: ['pending', found],
    connected: ['connected', null],
    auth_failed: ['auth_failed', before],
    token_expired: ['token_expired', before],
    revoked: ['revoked', before],
  },
  renewed: {
    pending: ['pending', before],
    connected: ['connected', null],
    auth_failed: ['auth_failed', before],
    token_expired: ['connected', null, 'connection.recovered'],
    revoked: ['revoked', before],
  },
  over: {
    pending: ['token_expired', found, 'connection.failed'],
    connected: ['token_expired', found, 'connection.failed'],
    auth_failed: ['token_expired', found, 'connection.failed'],
    token_expired: ['token_expired', found],
    revoked: ['revoked', before],
  },
  replaced: {
    pending: ['connected', null, 'connection.connected'],
    connected: ['connected', null, 'connection.connected'],
    auth_failed: ['connected', null, 'connection.recovered'],
    token_expired: ['connected', null, 'connection.recovered'],
    revoked: ['revoked', before],
  },
  revoked: {
    pending: ['revoked', found, 'connection.revoked'],
    connected: ['revoked', found, 'connection.revoked'],
    auth_failed: ['revoked', found, 'connection.revoked'],
    token_expired: ['revoked', found, 'connection.revoked'],
    revoked: ['revoked', before],
  },
};

describe.each(Object.values(findings))('what is found: $is', (finding) => {
  it.each(connectionStatuses)('from %s', (status) => {
    const [after, reason, event] = table[finding.is][status];
    const health = { status, statusReason: status === 'connected' ? null : before };
    expect(transition(health, finding)).toEqual({ status: after, reason, event });
  });
});

it.each([findings.refused, findings.unreachable])(
  'goes on waiting for somebody to sign in, whatever is answered without that: %j',
  (finding) => {
    const waiting = { status: 'pending', statusReason: 'Waiting.', awaitsSignIn: true } as const;
    expect(transition(waiting, finding)).toEqual({ status: 'pending', reason: 'Waiting.', event: undefined });
  },
);
