import type { Connection, ConnectionStatus } from '../../connection.ts';

/** What came of renewing a token. */
export type RenewalResult =
  | { readonly is: 'renewed' }
  /** It cannot be renewed any more, and why. */
  | { readonly is: 'ended'; readonly message: string; readonly kind: 'code' | 'exchange' }
  /** Nobody could be asked. */
  | { readonly is: 'put_off' };

/** A status, and in words why it is that. */
export interface StatusAndReason {
  readonly status: ConnectionStatus;
  readonly status_reason: string | null;
}

/**
 * The status after a renewal (RULINGS 003.2): what cannot be renewed is `token_expired`, submitted values that the provider
 * rejects are `auth_failed`, a new token ends both, and a provider that cannot be asked changes nothing.
 */
export function statusAfterRenewal(
  { status, statusReason }: Pick<Connection, 'status' | 'statusReason'>,
  result: RenewalResult,
): StatusAndReason {
  const same = { status, status_reason: statusReason };
  if (status === 'revoked') return same;
  switch (result.is) {
    case 'put_off':
      return same;
    case 'renewed':
      return status === 'token_expired' ? { status: 'connected', status_reason: null } : same;
    case 'ended':
      return { status: result.kind === 'code' ? 'token_expired' : 'auth_failed', status_reason: result.message };
  }
}
