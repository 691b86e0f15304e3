import { databasePlace, databaseUrl } from '../catalog/databases/database-place.ts';
import { fileArguments } from '../catalog/input/file-arguments.ts';
import type { Connection } from '../connections/connection.ts';
import { readEndpointSettings } from '../connections/endpoints/endpoint.ts';
import { Failure } from '../errors.ts';
import type { JsonObject } from '../lib/json.ts';
import { agentTarget } from '../transports/agent.ts';
import { nothingAttached } from '../transports/attachment.ts';
import { type PlannedRequest, planRequest } from '../transports/http/build-request.ts';
import { mcpTargetOf } from '../transports/mcp/mcp-target.ts';
import type { Rejected } from '../transports/outcome.ts';
import { conversation } from './endpoints/conversation.ts';
import { proxyTarget } from './proxy/proxy-target.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { withFixed } from './specs/narrow-tool.ts';

/** Where a call goes, worked out without any secret: its method and its address. */
export type Target = KnownTarget | { readonly rejected: Rejected };

interface KnownTarget {
  readonly method: string;
  readonly url: string;
  /** Of an operation that goes over HTTP: the request it came from, to be sent as soon as what is to be attached is. */
  readonly planned?: PlannedRequest;
}

/** The resolved address of a call: what an approval shows and is bound to (S13), and what secrets are checked against (S1). */
export function targetOf(found: FoundTool, args: JsonObject, publicUrl: string): Target {
  const { connection, connector, spec, fixed } = found;
  if (connector.agent !== undefined) return agentTargetOf(connection, args);
  if (spec.proxied === true) return proxyTarget(found, args, publicUrl);
  if (connector.sql !== undefined) return databaseTargetOf({ ...connector, sql: connector.sql }, found);
  const parts = { config: connection.config, publicUrl };
  if (spec.operation === undefined) {
    const { loopback } = connection;
    const server = mcpTargetOf(connector, { ...parts, loopback, attachment: nothingAttached });
    return server.ok ? { method: 'tools/call', url: server.target.url } : { rejected: rejectInput(server.message) };
  }
  const files = fileArguments(fixed.input ?? spec.input);
  const call = { connector, operation: spec.operation, args: withFixed(args, fixed), fixed, files };
  const planned = planRequest({ ...parts, ...call });
  return planned.ok ? { ...methodAndUrl(planned), planned } : { rejected: planned.rejected };
}

function methodAndUrl({ request: { method, url } }: PlannedRequest): Pick<KnownTarget, 'method' | 'url'> {
  return { method, url };
}

/** The database itself: the statement and what is bound to it are among the arguments. */
function databaseTargetOf(
  connector: Parameters<typeof databasePlace>[0],
  { connection, spec }: Pick<FoundTool, 'connection' | 'spec'>,
): Target {
  const at = databasePlace(connector, connection.config);
  if (!at.ok) return { rejected: rejectInput(`${at.message}.`) };
  return { method: spec.effect === 'read' ? 'query' : 'execute', url: databaseUrl(at.place) };
}

function agentTargetOf(connection: Connection, args: JsonObject): Target {
  const told = conversation.safeParse(args);
  if (!told.success)
    return { rejected: rejectInput('The arguments are no conversation: messages of role and content.') };
  try {
    return agentTarget({ ...readEndpointSettings(connection), threadId: told.data.threadId });
  } catch (error) {
    if (error instanceof Failure) return { rejected: rejectInput(error.message) };
    throw error;
  }
}

function rejectInput(message: string): Rejected {
  return { status: 'rejected', reason: 'input', message };
}
