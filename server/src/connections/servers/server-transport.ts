import { mcpTransports } from '../../catalog/format/mcp.ts';
import { Failure } from '../../errors.ts';

/** What a body may name. */
export const namedTransports = [...mcpTransports, 'stdio'] as const;
export type NamedTransport = (typeof namedTransports)[number];
export type ServerTransport = (typeof mcpTransports)[number];

/** How a server at an address is spoken to. Throws BAD_REQUEST for a program, which none of them becomes. */
export function readTransport(named: NamedTransport): ServerTransport {
  if (named !== 'stdio') return named;
  throw new Failure(
    'BAD_REQUEST',
    'A server at an address does not become a program. Use streamable-http or sse, or add another with the transport stdio.',
  );
}
