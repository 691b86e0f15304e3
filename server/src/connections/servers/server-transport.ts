import { mcpTransports } from '../../catalog/format/mcp.ts';
import { Failure } from '../../errors.ts';

/** What a body may name: `stdio` only to be told why not. */
export const namedTransports = [...mcpTransports, 'stdio'] as const;
export type NamedTransport = (typeof namedTransports)[number];
export type ServerTransport = (typeof mcpTransports)[number];

/** Throws BAD_REQUEST for a command: those come from the built-in catalog or the operator's list, never from a workspace (S4). */
export function readTransport(named: NamedTransport): ServerTransport {
  if (named !== 'stdio') return named;
  throw new Failure(
    'BAD_REQUEST',
    'A workspace runs no commands: stdio is for servers of the built-in catalog and of the operator alone. Use streamable-http or sse.',
  );
}
