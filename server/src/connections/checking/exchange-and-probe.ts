import type { Connector } from '../../catalog/connector.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import type { ProbeResult } from '../../transports/probe.ts';
import { exchangeValues } from './exchange-values.ts';
import { type ProbedValues, type Probing, probeValues } from './probe-values.ts';

/** What the provider made of submitted values. */
export interface Tried<Values extends ProbedValues> {
  readonly probe: ProbeResult;
  /** As calls will use them: with the token they were exchanged for, where the connector does that. */
  readonly values: Values;
  /** That token and how long it lasts. */
  readonly tokens?: TokenSet;
}

/** Tries submitted values as calls will use them, and keeps nothing: exchanged first, where the connector does that, then probed. */
export async function exchangeAndProbe<Values extends ProbedValues>(
  probing: Probing,
  connector: Connector,
  submitted: Values,
): Promise<Tried<Values>> {
  const exchanged = await exchangeValues(probing, connector, submitted);
  if (!('values' in exchanged)) return { probe: exchanged, values: submitted };
  return { ...exchanged, probe: await probeValues(probing, connector, exchanged.values) };
}
