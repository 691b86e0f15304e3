import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import { EgressError } from '../egress.ts';
import { createBreakers } from './breakers.ts';

/**
 * Which origins are out of order (R13). What no caller can bring about, an origin that cannot be connected to, counts for
 * everybody; what the calls of one workspace may have brought about counts for that workspace alone.
 */
export interface Health {
  /** The origin answered: 502, 503 and 504 are failures of the workspace, everything else says that it works. */
  answered(origin: string, workspaceId: string | undefined, status: number): void;
  /** The request failed. Only a time-out or a broken connection after it was sent says anything. */
  failed(origin: string, workspaceId: string | undefined, error: unknown): void;
  /** No connection could be made. */
  unreachable(origin: string, error: unknown): void;
  /** When the workspace may try the origin again, in milliseconds since the epoch; `undefined`: now. */
  refusedUntil(origin: string, workspaceId: string): number | undefined;
  /** Begins a try. Where the origin was out of order, others wait for how it ends. */
  trying(origin: string, workspaceId: string): void;
  /** Ends a try, whatever it told. */
  tried(origin: string, workspaceId: string): void;
  /** How many breakers are open, for everybody and for one workspace. */
  open(): { readonly everybody: number; readonly workspace: number };
}

/** Nothing is ever out of order: for whoever reaches out without a process around it. */
export const alwaysHealthy: Health = {
  answered: () => undefined,
  failed: () => undefined,
  unreachable: () => undefined,
  refusedUntil: () => undefined,
  trying: () => undefined,
  tried: () => undefined,
  open: () => ({ everybody: 0, workspace: 0 }),
};

/** Keeps the health of origins in memory, and tells the log when one is given up and when it is back. */
export function createHealth({
  clock,
  log,
}: {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'info'>;
}): Health {
  const everybody = createBreakers({ clock, ...telling(log) });
  const workspaces = createBreakers({ clock, ...telling(log) });
  return {
    answered(origin, workspaceId, status) {
      everybody.succeeded(origin);
      if (workspaceId === undefined) return;
      if (isOfTheGateway(status)) workspaces.failed(keyOf(origin, workspaceId));
      else if (workspaces.known()) workspaces.succeeded(keyOf(origin, workspaceId));
    },
    failed(origin, workspaceId, error) {
      if (workspaceId !== undefined && isOfTheOrigin(error)) workspaces.failed(keyOf(origin, workspaceId));
    },
    unreachable(origin, error) {
      if (isOfTheAddress(error)) everybody.failed(origin);
    },
    refusedUntil: (origin, workspaceId) =>
      everybody.refusedUntil(origin) ??
      (workspaces.known() ? workspaces.refusedUntil(keyOf(origin, workspaceId)) : undefined),
    trying(origin, workspaceId) {
      everybody.trying(origin);
      if (workspaces.known()) workspaces.trying(keyOf(origin, workspaceId));
    },
    tried(origin, workspaceId) {
      everybody.undecided(origin);
      if (workspaces.known()) workspaces.undecided(keyOf(origin, workspaceId));
    },
    open: () => ({ everybody: everybody.open(), workspace: workspaces.open() }),
  };
}

function keyOf(origin: string, workspaceId: string): string {
  return `${origin} ${workspaceId}`;
}

function isOfTheGateway(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

/** What our own rules refuse, who left, and an answer that was too large say nothing about the origin. */
function isOfTheOrigin(error: unknown): boolean {
  return error instanceof EgressError && error.sent && (error.problem === 'timeout' || error.problem === 'broken');
}

function isOfTheAddress(error: unknown): boolean {
  if (!(error instanceof EgressError)) return false;
  return ['connect', 'tls', 'dns', 'timeout'].includes(error.problem);
}

function telling(log: Pick<Logger, 'warn' | 'info'>) {
  return {
    onOpen: (key: string, until: number): void => {
      const [origin, workspaceId] = key.split(' ');
      const facts = { origin, workspace_id: workspaceId, until: new Date(until).toISOString() };
      log.warn(
        facts,
        'An origin failed again and again. Calls to it are answered unavailable until it is tried again.',
      );
    },
    onClose: (key: string): void => {
      const [origin, workspaceId] = key.split(' ');
      log.info({ origin, workspace_id: workspaceId }, 'An origin that had failed answers again.');
    },
  };
}
