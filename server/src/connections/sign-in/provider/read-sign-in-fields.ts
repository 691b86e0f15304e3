import type { AuthMode, Connector } from '../../../catalog/connector.ts';
import { findOrigins, originOf, tokenOriginsOf } from '../../../catalog/origins.ts';
import { resolveFields } from '../../../catalog/resolve-fields.ts';
import type { Context } from '../../../context.ts';
import type { Credentials } from '../../../credentials/seal-credentials.ts';
import { Failure } from '../../../errors.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { type OwnApp, takeOwnApp } from './own-app.ts';
import { mcpAddress } from './sign-in-server.ts';

/** What somebody submits besides signing in: values of the connection, and an OAuth app of their own. */
export interface SignInFields {
  readonly config: JsonObject;
  readonly credentials: Credentials;
  readonly own: OwnApp | undefined;
}

/** Reads what is submitted to a connector that is signed in to (RULINGS 001.7). Throws BAD_REQUEST naming the first problem. */
export function readSignInFields(
  ctx: Pick<Context, 'config'>,
  { connector, authMode }: { readonly connector: Connector; readonly authMode: AuthMode },
  submitted: unknown,
): SignInFields {
  const resolved = resolveFields(connector, authMode, submitted);
  if (!resolved.ok) {
    const { problems } = resolved;
    throw new Failure('BAD_REQUEST', problems[0]?.message ?? 'The fields do not fit.', { details: { problems } });
  }
  const { config, secrets, own } = takeOwnApp(resolved);
  const origins = findOrigins(connector, config);
  if (!origins.ok) throw new Failure('BAD_REQUEST', `${origins.message}.`);
  return {
    config,
    credentials: { secrets, origins: origins.origins },
    own: own && { client: own, origins: appOrigins(ctx, { connector, authMode, config }) },
  };
}

/** What the app of a connection is given for: the provider's token endpoints, or an MCP server and whom it trusts. */
function appOrigins(
  ctx: Pick<Context, 'config'>,
  { connector, authMode, config }: { connector: Connector; authMode: AuthMode; config: JsonObject },
): readonly string[] {
  if (authMode !== 'mcp_oauth') return tokenOriginsOf(connector, config);
  const origin = originOf(mcpAddress(ctx, { connector, config, loopback: true }));
  return origin === undefined ? [] : [origin];
}
