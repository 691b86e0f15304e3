import { attach } from '../../auth-modes/index.ts';
import type { Connector } from '../../catalog/connector.ts';
import { mayAttach, misdirected } from '../../credentials/open-credentials.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { mcpTargetOf } from '../../transports/mcp/mcp-target.ts';
import type { SessionUse } from '../../transports/mcp/sessions/mcp-sessions.ts';
import type { Connection } from '../connection.ts';
import { fixedParams, headersOf } from '../settings/general-params.ts';

/** What stands for an MCP server in a session: its key and where it is, or why it cannot be reached as it is set up. */
export type McpServer = Pick<SessionUse, 'key' | 'workspaceId' | 'target'> | { readonly problem: string };

/** What the server of a connection is reached with, and for whom. */
export interface McpServerParts {
  readonly credentials: Credentials;
  readonly publicUrl: string;
  /** Who calls: where a program is not shared, each user has their own. */
  readonly userId: string;
}

/** The MCP server of a connection, with its secrets attached only where they were given for its origin (S1). */
export function mcpServerOf(
  connection: Connection,
  connector: Connector,
  { credentials, publicUrl, userId }: McpServerParts,
): McpServer {
  const { config, loopback, settings } = connection;
  const { secrets } = credentials;
  const attachment = attach(connector, { config, secrets });
  const headers = headersOf(fixedParams(settings));
  const server = mcpTargetOf(connector, { config, secrets, loopback, publicUrl, attachment, headers });
  if (!server.ok) return { problem: server.message };
  if (!mayAttach(credentials, server.target.url)) return { problem: misdirected };
  const { target } = server;
  const isShared = target.transport !== 'stdio' || target.server.shared === 'connection';
  const key = isShared ? sessionKeyOf(connection) : `${sessionKeyOf(connection)}:${userId}`;
  return { key, workspaceId: connection.workspaceId, target };
}

/** The key of a connection's session, and the beginning of its users' keys: a changed connection never gets the session it had. */
export function sessionKeyOf({ id, generation }: Pick<Connection, 'id' | 'generation'>): string {
  return `${id}:${generation}`;
}
