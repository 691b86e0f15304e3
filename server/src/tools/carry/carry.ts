import type { Context } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { PlannedRequest } from '../../transports/http/build-request.ts';
import type { Relay } from '../../transports/http/proxy/relay.ts';
import type { OnAnswer, Outcome } from '../../transports/outcome.ts';
import type { OnAskedPause } from '../limits/under-limits.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import { carryByAgent } from './carry-by-agent.ts';
import { carryByHttp } from './carry-by-http.ts';
import { carryByMcp } from './carry-by-mcp.ts';
import { carryByProxy } from './carry-by-proxy.ts';
import { carryBySql } from './carry-by-sql.ts';

/** A call that was checked and ruled on, with what its connection may use. */
export interface Carried {
  readonly found: FoundTool;
  /** The caller's own; what the connection fixes comes beside them. */
  readonly args: JsonObject;
  readonly credentials: Credentials;
  /** Of an operation that goes over HTTP: its request for these arguments, with nothing attached yet. */
  readonly planned?: PlannedRequest | undefined;
  readonly onAnswer?: OnAnswer | undefined;
  readonly onAskedPause?: OnAskedPause | undefined;
  /** The raw proxy's way in and out, where its caller is there. */
  readonly relay?: Relay | undefined;
}

/** Carries a call by the transport of its connector. */
export function carry(ctx: Context, call: Carried): Promise<Outcome> {
  const { connector, spec } = call.found;
  if (connector.agent !== undefined) return carryByAgent(ctx, call);
  if (spec.proxied === true) return carryByProxy(ctx, call);
  if (connector.sql !== undefined && spec.sql !== undefined)
    return carryBySql(ctx, call, { sql: connector.sql, operation: spec.sql });
  if (spec.operation === undefined) return carryByMcp(ctx, call);
  return carryByHttp(ctx, call, spec.operation);
}
