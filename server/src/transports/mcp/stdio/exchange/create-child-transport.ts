import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import type { Use } from '../create-local-servers.ts';
import { programEnded } from '../local-server-failure.ts';
import { readLines } from './read-lines.ts';
import type { Child } from './spawn-child.ts';
import { createUnanswered, type Unanswered } from './unanswered.ts';

/** The SDK's own words for a message on a line. */
export type Framing = Pick<typeof import('@modelcontextprotocol/client'), 'deserializeMessage' | 'serializeMessage'>;

/** Speaks MCP with a program by its standard input and output (MCP 2026-07-28 and 2025-11-25, stdio). */
export interface ChildTransport extends Transport, Use {
  /** By this and `stderr` the SDK knows what kind of transport it is. */
  readonly pid: number | undefined;
  readonly stderr: null;
  /** Whether the program has ended. */
  readonly isOver: boolean;
}

const longestLine = 10 * 1024 * 1024;
const mostUnread = 16 * 1024 * 1024;

/**
 * When the program ends, whatever still waits is answered with the error `programEnded`, so that it is known to have been
 * sent; what is sent later is refused as not connected, so that it is known not to have been.
 */
export function createChildTransport(child: Child, framing: Framing): ChildTransport {
  const unanswered = createUnanswered();
  let isStarted = false;
  let ending: string | undefined;
  const transport: ChildTransport = {
    pid: child.pid,
    stderr: null,
    get isOver() {
      return ending !== undefined;
    },
    get idleSince() {
      return unanswered.idleSince;
    },
    start: async () => {
      if (isStarted) return;
      isStarted = true;
      readLines(child.output, { longest: longestLine, onLine, onTooLong: () => child.expel(tooLong) });
      void child.ended.then((words) => tellOfEnd(transport, unanswered, (ending = words)));
    },
    send: async (message) => {
      if (ending !== undefined) throw notConnected();
      if (child.input.writableLength > mostUnread) child.expel('did not read what it was sent');
      unanswered.sent(message);
      child.input.write(framing.serializeMessage(message));
    },
    close: () => child.stop(),
  };
  const onLine = (line: string): void => {
    const message = readMessage(line, framing);
    if (message === undefined) return;
    unanswered.heard(message);
    transport.onmessage?.(message);
  };
  return transport;
}

const tooLong = `wrote a line of more than ${longestLine / 1024 / 1024} MiB`;

function tellOfEnd(transport: Transport, unanswered: Unanswered, ending: string): void {
  const error = { code: programEnded, message: `The local server ${ending}.` };
  for (const id of unanswered.giveUp()) transport.onmessage?.({ jsonrpc: '2.0', id, error });
  transport.onclose?.();
}

/** Lines that are no messages are passed over: many servers say hello on the wrong stream. */
function readMessage(line: string, { deserializeMessage }: Framing): JSONRPCMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return deserializeMessage(line);
  } catch {
    return undefined;
  }
}

/** With the code by which the SDK says that a message never left. */
function notConnected(): Error {
  return Object.assign(new Error('The local server is not running.'), { code: 'NOT_CONNECTED' });
}
