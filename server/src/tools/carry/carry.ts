import type { Context } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { OnAnswer, Outcome } from '../../transports/outcome.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import { carryByAgent } from './carry-by-agent.ts';
import { carryByHttp } from './carry-by-http.ts';
import { carryByMcp } from './carry-by-mcp.ts';

/** A call that was checked and ruled on, with what its connection may use. */
export interface Carried {
  readonly found: FoundTool;
  /** The caller's own; what the connection fixes comes beside them. */
  readonly args: JsonObject;
  readonly credentials: Credentials;
  readonly onAnswer?: OnAnswer | undefined;
}

/** Carries a call by the transport of its connector. */
export function carry(ctx: Context, call: Carried): Promise<Outcome> {
  const { connector, spec } = call.found;
  if (connector.agent !== undefined) return carryByAgent(ctx, call);
  if (spec.operation === undefined) return carryByMcp(ctx, call);
  return carryByHttp(ctx, call, spec.operation);
}
