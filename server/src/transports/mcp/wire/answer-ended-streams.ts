import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** The JSON-RPC error code of an answer that never came, in the range left to implementations (JSON-RPC 2.0 §5.1). */
export const streamEnded = -32_099;

/**
 * Lets a call fail as soon as the stream that should bring its answer is over, instead of when its time is up. Where the
 * answer did come nobody waits for this one any more.
 */
export function answerEndedStreams(transport: StreamableHTTPClientTransport): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    const onRequestStreamEnd = (): void => {
      options?.onRequestStreamEnd?.();
      if (Array.isArray(message) || !('method' in message) || !('id' in message)) return;
      const error = { code: streamEnded, message: 'The stream ended without an answer.' };
      transport.onmessage?.({ jsonrpc: '2.0', id: message.id, error });
    };
    return send(message, { ...options, onRequestStreamEnd });
  };
}
