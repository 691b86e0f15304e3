import { headersAmong } from '../../auth-modes/connection-headers.ts';
import type { Connection } from '../../connections/connection.ts';
import { readEndpointSettings } from '../../connections/endpoints/endpoint.ts';
import type { Context } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { AgentCall } from '../../transports/agent/agent-call.ts';
import { createRedactor } from '../../lib/redact.ts';
import type { Conversation } from './conversation.ts';

/** What the transport needs to carry a conversation to the agent behind a connection. Ask `mayAttach` for its address first (S1). */
export function agentCallOf(
  ctx: Context,
  connection: Connection,
  { messages, threadId, credentials }: Conversation & { readonly credentials: Credentials },
): AgentCall {
  const { type, baseUrl, config } = readEndpointSettings(connection);
  const { egress, clock, signal } = ctx;
  return {
    type,
    baseUrl,
    config,
    messages,
    threadId,
    headers: headersAmong(credentials.secrets),
    redactor: createRedactor(Object.values(credentials.secrets)),
    loopback: connection.loopback,
    egress,
    clock,
    signal,
  };
}
