import { PassThrough, pipeline, Readable } from 'node:stream';

/** One event as it is sent: its name, and what it says as JSON. */
export interface SentEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Proxies give up on a connection that is silent for longer. */
const defaultHeartbeatMs = 15_000;

/** Whether a request asks for server-sent events (RFC 9110 §12.5.1). */
export function wantsEvents(accept: string): boolean {
  return accept.split(',').some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === 'text/event-stream');
}

/**
 * Events in the format of the HTML standard, §9.2, with a comment every 15 seconds while there are none. Where the reader
 * leaves, `return` of the source is called.
 */
export function eventStream(events: AsyncIterable<SentEvent>, heartbeatMs = defaultHeartbeatMs): Readable {
  const body = new PassThrough();
  const heartbeat = setInterval(() => {
    if (!body.writableEnded && !body.writableNeedDrain) body.write(': waiting\n\n');
  }, heartbeatMs).unref();
  pipeline(Readable.from(written(events)), body, () => clearInterval(heartbeat));
  return body;
}

async function* written(events: AsyncIterable<SentEvent>): AsyncGenerator<string> {
  for await (const { event, data } of events) yield `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
