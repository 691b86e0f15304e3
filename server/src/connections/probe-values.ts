import { attach } from '../auth-modes/index.ts';
import type { Connector } from '../catalog/connector.ts';
import type { App } from '../context.ts';
import type { Credentials } from '../credentials/seal-credentials.ts';
import type { JsonObject } from '../lib/json.ts';
import { type ProbeResult, runProbe } from '../transports/probe.ts';

/** What a connection has, or is about to have. */
export interface ProbedValues {
  readonly config: JsonObject;
  readonly credentials: Credentials;
  readonly loopback: boolean;
}

/** What asking needs of the app, and when to stop waiting. */
export type Probing = Pick<App, 'egress' | 'clock' | 'config'> & { readonly signal: AbortSignal };

/** Asks the provider whether the values work, before they count (RULINGS 001.5). */
export function probeValues(probing: Probing, connector: Connector, values: ProbedValues): Promise<ProbeResult> {
  const { config, loopback } = values;
  const { secrets } = values.credentials;
  return runProbe({
    connector,
    config,
    secrets,
    loopback,
    attachment: attach(connector, { config, secrets }),
    publicUrl: probing.config.publicUrl,
    egress: probing.egress,
    clock: probing.clock,
    signal: probing.signal,
  });
}
