import type { App } from '../../context.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import type { RenewalReason } from './decide-renewal.ts';
import { tryRenewal } from './try-renewal.ts';

/** What renewing needs of the app. */
export type Renewing = Pick<
  App,
  'storage' | 'vault' | 'catalog' | 'egress' | 'clock' | 'config' | 'errands' | 'log' | 'deadline'
>;

/** Whose token, and why. */
export interface RenewalTarget {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly reason: RenewalReason;
  /** The connection whose token was found wanting: a newer one that is there already will do. */
  readonly seen?: Pick<Connection, 'credentialsVersion' | 'generation'> | undefined;
}

/** What became of it. Messages are sentences for people. */
export type Renewal =
  /** There is a newer token than the one found wanting, whoever asked for it. */
  | { readonly is: 'renewed' }
  /** Somebody else is asking for it, for this long at most. */
  | { readonly is: 'held'; readonly forMs: number }
  /** Not now; `until` in milliseconds since the epoch, where it makes sense later by itself. */
  | { readonly is: 'later'; readonly until?: number | undefined; readonly message: string }
  /** It cannot be renewed; the connection says so. */
  | { readonly is: 'over'; readonly message: string };

const flights = new WeakMap<Storage, Map<string, Promise<Renewal>>>();

/**
 * Renews the token of a connection (R1): at most one request is in flight for it among all processes, its answer is committed
 * before anything else is done with it, and who asks at the same time in this process shares what comes of it. A process that
 * is leaving waits for it.
 */
export function renew(app: Renewing, target: RenewalTarget): Promise<Renewal> {
  const underWay = flights.get(app.storage) ?? new Map<string, Promise<Renewal>>();
  flights.set(app.storage, underWay);
  const key = keyOf(target);
  const flight = underWay.get(key) ?? app.errands.run(tryRenewal(app, target)).finally(() => underWay.delete(key));
  underWay.set(key, flight);
  return flight;
}

/** What stands for everybody who wants the same. */
export function keyOf({ workspaceId, connectionId, reason, seen }: RenewalTarget): string {
  return [workspaceId, connectionId, reason, seen?.generation, seen?.credentialsVersion].join(':');
}
