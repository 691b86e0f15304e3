import { attach } from '../../auth-modes/index.ts';
import type { Connector } from '../../catalog/connector.ts';
import { findOrigins } from '../../catalog/origins.ts';
import type { App } from '../../context.ts';
import { mayAttach, misdirected } from '../../credentials/open-credentials.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type ProbeResult, runProbe } from '../../transports/probe.ts';
import { type ConnectionSettings, plainSettings } from '../settings/connection-settings.ts';
import { fixedParams, headersOf } from '../settings/general-params.ts';

/** What a connection has, or is about to have. */
export interface ProbedValues {
  readonly config: JsonObject;
  readonly credentials: Credentials;
  readonly loopback: boolean;
  /** What of its settings an MCP server is asked with; without them, as the manifest says. */
  readonly settings?: ConnectionSettings;
}

/** What asking needs of the app, and when to stop waiting. */
export type Probing = Pick<App, 'egress' | 'clock' | 'config' | 'localServers' | 'sqlite'> & {
  readonly workspaceId: string;
  readonly signal: AbortSignal;
};

/**
 * Asks the provider whether the values work, before they count (RULINGS 001.5). Secrets that were given for other addresses
 * than the configuration names now are not sent (S1).
 */
export async function probeValues(probing: Probing, connector: Connector, values: ProbedValues): Promise<ProbeResult> {
  const { config, loopback, credentials, settings = plainSettings } = values;
  const found = findOrigins(connector, config);
  if (!found.ok) return { ok: false, message: found.message };
  if (!found.origins.every((origin) => mayAttach(credentials, origin))) return { ok: false, message: misdirected };
  const { secrets } = credentials;
  return runProbe({
    connector,
    config,
    secrets,
    loopback,
    headers: headersOf(fixedParams(settings)),
    attachment: attach(connector, { config, secrets }),
    publicUrl: probing.config.publicUrl,
    egress: probing.egress.of(probing.workspaceId),
    clock: probing.clock,
    localServers: probing.localServers,
    sqlite: probing.sqlite,
    workspaceId: probing.workspaceId,
    signal: probing.signal,
  });
}
