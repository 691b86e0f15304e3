import { expect, it } from 'vitest';
import { newConnection } from '../../../../../tests/support/new-connection.ts';
import { connectionStatuses } from '../../connection.ts';
import { statusAfterRenewal } from './status-after-renewal.ts';

const live = connectionStatuses.filter((status) => status !== 'revoked');
const why = 'The provider ended the grant.';

it.each(live)('from %s what cannot be renewed is token_expired, with the reason', (status) => {
  const ended = { is: 'ended', kind: 'code', message: why } as const;
  expect(statusAfterRenewal(newConnection({ status }), ended)).toEqual({ status: 'token_expired', status_reason: why });
});

it.each(live)('from %s submitted values that are refused are auth_failed, with the reason', (status) => {
  const ended = { is: 'ended', kind: 'exchange', message: why } as const;
  expect(statusAfterRenewal(newConnection({ status }), ended)).toEqual({ status: 'auth_failed', status_reason: why });
});

it.each(connectionStatuses)('a provider that cannot be asked leaves it %s', (status) => {
  const before = newConnection({ status, statusReason: 'As it was.' });
  expect(statusAfterRenewal(before, { is: 'put_off' })).toEqual({ status, status_reason: 'As it was.' });
});

it('a new token connects what was token_expired, and leaves every other status to the probe', () => {
  const after = connectionStatuses.map(
    (status) => statusAfterRenewal(newConnection({ status }), { is: 'renewed' }).status,
  );
  expect(after).toEqual(['pending', 'connected', 'auth_failed', 'connected', 'revoked']);
});

it('what was revoked stays revoked', () => {
  const revoked = newConnection({ status: 'revoked', statusReason: 'Deleted.' });
  const ended = { is: 'ended', kind: 'code', message: why } as const;
  expect(statusAfterRenewal(revoked, ended)).toEqual({ status: 'revoked', status_reason: 'Deleted.' });
});
