/** Why nothing is sent to an address: it answered that it is gone, it failed for days, or somebody wants it so. */
export const disabledReasons = ['gone', 'failing', 'by_request'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** An address outside that is told of events. It holds no secret. Times in RFC 3339. */
export interface Webhook {
  readonly id: string;
  readonly workspaceId: string;
  readonly url: string;
  /** Types, `connection.*` or `*`. */
  readonly events: readonly string[];
  readonly description: string | null;
  /** Whether it may be a loopback address: an ADMIN set it up on an instance that is itself local (S6). */
  readonly loopback: boolean;
  readonly isEnabled: boolean;
  readonly disabledReason: DisabledReason | null;
  readonly disabledAt: string | null;
  /** Grows with every change of it or its secrets: whoever sends to it reads it again then. */
  readonly version: number;
  /** Since when nothing has arrived there. */
  readonly failingSince: string | null;
  readonly lastDeliveredAt: string | null;
  readonly lastFailedAt: string | null;
  /** Why the last attempt failed, until one succeeds. */
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A webhook as events name it. */
export function subjectOf({ id }: Pick<Webhook, 'id'>): string {
  return `webhook:${id}`;
}
