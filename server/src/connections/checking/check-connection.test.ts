import { describe, expect, it } from 'vitest';
import { newConnection } from '../../../../tests/support/new-connection.ts';
import { statusAfter } from './check-connection.ts';
import { connectionStatuses } from '../connection.ts';

describe('the status after a check', () => {
  it.each(connectionStatuses)('is connected from %s where the provider accepts, with who it is there', (status) => {
    expect(statusAfter(newConnection({ status }), { probe: { ok: true, identity: 'ann' } })).toEqual({
      status: 'connected',
      status_reason: null,
      identity: 'ann',
    });
  });

  it.each(connectionStatuses)('is auth_failed from %s where the provider refuses, with its words', (status) => {
    expect(statusAfter(newConnection({ status }), { probe: { ok: false, message: '401 Unauthorized' } })).toEqual({
      status: 'auth_failed',
      status_reason: '401 Unauthorized',
    });
  });

  it.each(connectionStatuses)('stays %s where the provider cannot be reached, with the reason', (status) => {
    expect(
      statusAfter(newConnection({ status }), { probe: { unreachable: true, message: 'Connection refused.' } }),
    ).toEqual({
      status,
      status_reason: 'Connection refused.',
    });
  });

  it.each([{ ok: false, message: '401' } as const, { unreachable: true, message: 'Away.' } as const])(
    'goes on waiting for somebody to sign in, whatever is answered without that: %j',
    (probe) => {
      const waiting = newConnection({ status: 'pending', statusReason: 'Waiting.', authMode: 'mcp_oauth' });
      expect(statusAfter(waiting, { probe })).toEqual({ status: 'pending', status_reason: 'Waiting.' });
    },
  );

  it('is auth_failed where a token that somebody brought is refused', () => {
    const imported = newConnection({ status: 'pending', statusReason: 'checking', authMode: 'byo_oauth' });
    const refused = { probe: { ok: false, message: '401' }, isSignedIn: true } as const;
    expect(statusAfter(imported, refused)).toEqual({ status: 'auth_failed', status_reason: '401' });
  });

  it('keeps who signed in where the provider does not tell again', () => {
    const failed = newConnection({ status: 'auth_failed', authMode: 'mcp_oauth', identity: 'ann' });
    const accepted = { probe: { ok: true, identity: null }, isSignedIn: true } as const;
    expect(statusAfter(failed, accepted)).toMatchObject({ status: 'connected', identity: 'ann' });
  });

  it.each([{ ok: false, message: '401' } as const, { unreachable: true, message: 'Away.' } as const])(
    'stays token_expired, for the reason it has, where the old token does not work either: %j',
    (probe) => {
      const over = newConnection({ status: 'token_expired', statusReason: 'Revoked.', authMode: 'byo_oauth' });
      expect(statusAfter(over, { probe, isSignedIn: true })).toEqual({
        status: 'token_expired',
        status_reason: 'Revoked.',
      });
    },
  );
});
