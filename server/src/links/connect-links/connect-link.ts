import type { Clock } from '../../lib/clock.ts';

/** What a link is for. */
export const linkPurposes = ['connect', 'reconnect', 'step_up', 'approve'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/** Where a link stands. `expired`: it was not opened in time, or what it opened is over and came to nothing. */
export const linkStatuses = ['created', 'opened', 'finished', 'expired', 'revoked'] as const;
export type LinkStatus = (typeof linkStatuses)[number];

/** An address that lets whoever opens it act as one end user, once, for one purpose. It holds no secret. */
export interface ConnectLink {
  readonly id: string;
  readonly workspaceId: string;
  readonly purpose: LinkPurpose;
  /** The row of the end user whose it is. */
  readonly endUserId: string;
  /** Ids of the connectors to choose from; null: all that are available. */
  readonly connectors: readonly string[] | null;
  /** The connection that it is for, from the beginning or since one was begun. */
  readonly connectionId: string | null;
  readonly approvalId: string | null;
  /** What is to be granted besides what was. */
  readonly scopes: readonly string[];
  /** On an origin that the workspace registered (S19). */
  readonly returnUrl: string | null;
  /** Whom the last page tells: an origin that the workspace registered, named by the page that opened it (S19). */
  readonly openerOrigin: string | null;
  /** Written on the connection that is made. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly locale: string | null;
  /** The principal that asked for it. */
  readonly createdBy: string;
  /** The principals that it descends from, itself included: nothing they asked for is decided with it (S3). */
  readonly lineage: readonly string[];
  readonly createdAt: string;
  /** Until when it can be opened. */
  readonly expiresAt: string;
  readonly openedAt: string | null;
  /** Until when what it opened holds, in milliseconds since the epoch. */
  readonly sessionUntil: number | null;
  readonly finishedAt: string | null;
  readonly revokedAt: string | null;
}

type Life = Pick<ConnectLink, 'revokedAt' | 'finishedAt' | 'openedAt' | 'sessionUntil' | 'expiresAt'>;

/** Where a link stands at this time. */
export function statusOf({ revokedAt, finishedAt, openedAt, sessionUntil, expiresAt }: Life, clock: Clock): LinkStatus {
  if (finishedAt !== null) return 'finished';
  if (revokedAt !== null) return 'revoked';
  const until = openedAt === null ? Date.parse(expiresAt) : (sessionUntil ?? 0);
  if (until <= clock.now()) return 'expired';
  return openedAt === null ? 'created' : 'opened';
}
