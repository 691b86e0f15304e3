import type { Connection } from '../../connection.ts';

/** Somebody who uses tools of connections. */
export interface Dependant {
  readonly id: string;
  /** What it wants to happen when nothing of a connector is left for it that works. */
  readonly onConnectorFailure: 'deactivate' | 'degrade';
  readonly isActive: boolean;
  /** Whether it was this that switched it off, and not a person. */
  readonly isSwitchedOffByFailure: boolean;
  readonly needs: readonly Need[];
}

/** A connector whose tools it uses, and the connections of it that it may use. */
export interface Need {
  readonly connectorId: string;
  readonly connections: readonly Pick<Connection, 'label' | 'status' | 'statusReason' | 'deletedAt'>[];
}

/** What becomes of it. */
export type Switched = { readonly is: 'off'; readonly reason: string } | { readonly is: 'on' };

/**
 * Whether somebody is switched off or on, by what they need and how it is now; `undefined` where they stay as they are. What a
 * person switched off stays off, and who wants to go on with less goes on.
 */
export function decideCascade(dependant: Dependant): Switched | undefined {
  const { onConnectorFailure, isActive, isSwitchedOffByFailure, needs } = dependant;
  const lacking = needs.find(({ connections }) => !connections.some(works));
  const isEnough = lacking === undefined || onConnectorFailure === 'degrade';
  if (isEnough) return !isActive && isSwitchedOffByFailure ? { is: 'on' } : undefined;
  return isActive ? { is: 'off', reason: explain(lacking) } : undefined;
}

function works({ status, deletedAt }: Need['connections'][number]): boolean {
  return status === 'connected' && deletedAt === null;
}

function explain({ connectorId, connections }: Need): string {
  const failed = connections.find(({ deletedAt }) => deletedAt === null);
  if (failed === undefined) return `No connection of ${connectorId} is left.`;
  const why = failed.statusReason === null ? '' : ` ${failed.statusReason}`;
  return `The connection "${failed.label}" does not work (${failed.status}).${why}`;
}
