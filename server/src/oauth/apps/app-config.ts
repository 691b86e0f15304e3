import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { resolveFields } from '../../catalog/resolve-fields.ts';
import { Failure } from '../../errors.ts';
import type { JsonObject } from '../../lib/json.ts';
import { appAddresses } from './origins/app-origins.ts';

const ofTheApp = new Set(['client_id', 'client_secret']);

/**
 * The values that say which server an app is for, where the connector's address is one of its fields. Throws BAD_REQUEST,
 * naming the first problem, for what does not fit, is secret, or says nothing of an address.
 */
export function readAppConfig(connector: Connector, fields: unknown): JsonObject {
  const mode = connector.auth_modes.find(isSignedIn) ?? connector.auth_mode;
  const resolved = resolveFields(connector, mode, fields);
  if (!resolved.ok) {
    const { problems } = resolved;
    throw new Failure('BAD_REQUEST', problems[0]?.message ?? 'The fields do not fit.', { details: { problems } });
  }
  const { config, secrets } = resolved;
  const stray = [...Object.keys(secrets), ...Object.keys(config).filter((key) => ofTheApp.has(key))][0];
  if (stray !== undefined)
    throw new Failure('BAD_REQUEST', `fields says which server the app is for, and "${stray}" does not belong there.`);
  if (appAddresses(connector, config).secret.length === 0)
    throw new Failure('BAD_REQUEST', `The fields form no address of ${connector.name}.`);
  return config;
}

function isSignedIn(mode: AuthMode): boolean {
  return mode === 'byo_oauth' || mode === 'mcp_oauth';
}
