import { roleAtLeast } from '../../access/caller.ts';
import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { isLoopbackHost } from '../../config.ts';
import { inMode } from '../../catalog/meant/in-mode.ts';
import { originsOf } from '../../catalog/origins.ts';
import { resolveFields } from '../../catalog/resolve-fields.ts';
import type { Context } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { Failure } from '../../errors.ts';
import type { JsonObject } from '../../lib/json.ts';

/** What a person submitted, sorted into what is secret and what is not, with where it may go. */
export interface SubmittedValues {
  readonly config: JsonObject;
  readonly credentials: Credentials;
}

/** The one way in for submitted fields (RULINGS 001.4). Throws BAD_REQUEST naming the first problem. */
export function readSubmitted(manifest: Connector, mode: AuthMode, submitted: unknown): SubmittedValues {
  const connector = inMode(manifest, mode);
  const resolved = resolveFields(connector, mode, submitted);
  if (!resolved.ok) {
    throw new Failure('BAD_REQUEST', resolved.problems[0]?.message ?? 'The fields do not fit.', {
      details: { problems: resolved.problems },
    });
  }
  const { config, secrets } = resolved;
  return { config, credentials: { secrets, origins: originsOf(connector, config) } };
}

/** Whether this caller may point a connection at a loopback address (S6): only MCP servers and agent endpoints, by an ADMIN, on a local instance. */
export function mayUseLoopback(ctx: Pick<Context, 'caller' | 'config'>, connector: Connector): boolean {
  const isOpen = connector.mcp !== undefined || connector.agent !== undefined;
  return isOpen && roleAtLeast(ctx.caller.role, 'ADMIN') && isLocal(ctx.config);
}

/** Whether both the listener and the public URL are loopback, so that nobody else can reach us. */
export function isLocal(config: Context['config']): boolean {
  return isLoopbackHost(config.host) && isLoopbackHost(new URL(config.publicUrl).hostname);
}
