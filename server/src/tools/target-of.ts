import type { JsonObject } from '../lib/json.ts';
import { nothingAttached } from '../transports/attachment.ts';
import { buildRequest } from '../transports/http/build-request.ts';
import { mcpTargetOf } from '../transports/mcp/mcp-target.ts';
import type { Rejected } from '../transports/outcome.ts';
import type { FoundTool } from './specs/found-tool.ts';

/** Where a call goes, worked out without any secret: its method and its address. */
export type Target = { readonly method: string; readonly url: string } | { readonly rejected: Rejected };

/** The resolved address of a call: what an approval shows and is bound to (S13), and what secrets are checked against (S1). */
export function targetOf(found: FoundTool, args: JsonObject, publicUrl: string): Target {
  const { connection, connector, spec } = found;
  const parts = { config: connection.config, publicUrl, attachment: nothingAttached };
  if (spec.operation === undefined) {
    const server = mcpTargetOf(connector, { ...parts, loopback: connection.loopback });
    return server.ok ? { method: 'tools/call', url: server.target.url } : { rejected: rejectInput(server.message) };
  }
  const built = buildRequest({ ...parts, connector, operation: spec.operation, args });
  return built.ok ? { method: built.request.method, url: built.request.url } : { rejected: built.rejected };
}

function rejectInput(message: string): Rejected {
  return { status: 'rejected', reason: 'input', message };
}
