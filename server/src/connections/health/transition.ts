import type { ConnectionStatus } from '../connection.ts';

/** What somebody found out about a connection, or did to it. Messages are sentences for people and hold no secret. */
export type Finding =
  /** The provider accepts what the connection has. */
  | { readonly is: 'accepted' }
  /** The provider turned down the credential itself. */
  | { readonly is: 'refused'; readonly message: string }
  /** Nobody could be asked: a network fault, a 429, a 5xx, a single 403. */
  | { readonly is: 'unreachable'; readonly message: string }
  /** There is a new token; whether the provider takes it is for the next to find out. */
  | { readonly is: 'renewed' }
  /** The token is over, and cannot be renewed. */
  | { readonly is: 'over'; readonly message: string }
  /** Somebody signed in again or submitted other values, and the provider accepts them. */
  | { readonly is: 'replaced' }
  /** Somebody deleted or revoked it. */
  | { readonly is: 'revoked'; readonly message: string };

/** A connection before that. */
export interface Health {
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  /** Whether it waits for somebody to sign in: then there is nothing yet that could be refused. */
  readonly awaitsSignIn?: boolean;
}

/** What a connection's health is told as. */
export type HealthEvent =
  | 'connection.connected'
  | 'connection.failed'
  | 'connection.recovered'
  | 'connection.revoked'
  | undefined;

/** A connection after that, and what is told of it, if anything. */
export interface Transition {
  readonly status: ConnectionStatus;
  /** In words; null while connected. */
  readonly reason: string | null;
  readonly event: HealthEvent;
}

/**
 * The one transition of a connection's health (RULINGS 003.2). What is revoked stays so, a token that is over stays so until
 * there is another one, and a provider that cannot be asked changes no status and no reason that somebody was given.
 */
export function transition(before: Health, finding: Finding): Transition {
  const { status, statusReason, awaitsSignIn = false } = before;
  const same: Transition = { status, reason: statusReason, event: undefined };
  if (status === 'revoked') return same;
  switch (finding.is) {
    case 'revoked':
      return { status: 'revoked', reason: finding.message, event: 'connection.revoked' };
    case 'accepted':
      return status === 'connected' ? working(undefined) : restored(status);
    case 'replaced':
      return restored(status);
    case 'renewed':
      return status === 'token_expired' ? restored(status) : same;
    case 'unreachable':
      return status === 'pending' && !awaitsSignIn ? { ...same, reason: finding.message } : same;
    case 'over':
      return failed(status, 'token_expired', finding.message);
    case 'refused':
      return awaitsSignIn || status === 'token_expired' ? same : failed(status, 'auth_failed', finding.message);
  }
}

function working(event: HealthEvent): Transition {
  return { status: 'connected', reason: null, event };
}

function restored(status: ConnectionStatus): Transition {
  const hadFailed = status === 'auth_failed' || status === 'token_expired';
  return working(hadFailed ? 'connection.recovered' : 'connection.connected');
}

function failed(before: ConnectionStatus, status: 'auth_failed' | 'token_expired', reason: string): Transition {
  return { status, reason, event: before === status ? undefined : 'connection.failed' };
}
