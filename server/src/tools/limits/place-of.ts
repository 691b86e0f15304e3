import { dialledOrigin } from '../../egress/limits/dialled-origin.ts';
import type { Place } from '../../egress/limits/turn-counts.ts';
import type { FoundTool } from '../specs/found-tool.ts';

/** A call that is ruled to run: what is called, and where it goes. */
export interface LimitedCall {
  readonly found: Pick<FoundTool, 'connection' | 'connector' | 'spec'>;
  /** Absolute. */
  readonly url: string;
  /** What goes through while it arrives goes through once. */
  readonly relay?: object | undefined;
}

/** What a call is counted and paused by. */
export interface CallPlace extends Place {
  readonly generation: number;
  /** The tool, for limits of a part of an API. */
  readonly part: string;
}

/** Addresses without an origin of their own, such as a command on this machine, are told apart by their connection. */
export function placeOf({ found, url }: LimitedCall): CallPlace {
  const { connection, connector, spec } = found;
  return {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    generation: connection.generation,
    part: spec.name,
    origin: originFor(url) ?? connection.id,
    mostOfConnection: connector.limits?.in_flight,
  };
}

/** Origins by what stands before the path: the same few again and again. */
const known = new Map<string, string | undefined>();
const mostKnown = 1_000;

function originFor(url: string): string | undefined {
  const end = url.indexOf('/', url.indexOf('://') + 3);
  const start = end < 0 ? url : url.slice(0, end);
  if (known.has(start)) return known.get(start);
  if (known.size >= mostKnown) known.clear();
  const origin = dialledOrigin(start);
  known.set(start, origin);
  return origin;
}
