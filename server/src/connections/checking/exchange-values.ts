import { accessToken } from '../../catalog/meant/brought-values.ts';
import type { Connector } from '../../catalog/connector.ts';
import { exchangeIn } from '../../catalog/meant/in-mode.ts';
import { findOrigins } from '../../catalog/origins.ts';
import { mayAttach, misdirected } from '../../credentials/open-credentials.ts';
import { runExchange } from '../../oauth/run-exchange.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import type { ProbeResult } from '../../transports/probe.ts';
import type { ProbedValues, Probing } from './probe-values.ts';

/** Values as calls will use them, with the token they were exchanged for, where the connector exchanges them. */
export interface ExchangedValues<Values extends ProbedValues> {
  readonly values: Values;
  readonly tokens?: TokenSet;
}

/**
 * Exchanges submitted values for the token that calls are made with, where the connector does that; else they are the same
 * values. Only what may go to where they are exchanged is sent (S1).
 */
export async function exchangeValues<Values extends ProbedValues>(
  probing: Probing,
  connector: Connector,
  values: Values,
): Promise<ExchangedValues<Values> | Exclude<ProbeResult, { ok: true }>> {
  const exchange = exchangeIn(connector);
  if (exchange === undefined) return { values };
  const { config, credentials, loopback } = values;
  const place = findOrigins({ derived: connector.derived, auth: connector.auth, exchange }, config);
  if (!place.ok) return { ok: false, message: place.message };
  if (!place.origins.every((origin) => mayAttach(credentials, origin))) return { ok: false, message: misdirected };
  const { clock, signal, workspaceId } = probing;
  const door = { egress: probing.egress.of(workspaceId), clock, loopback, signal };
  const known = { config, secrets: credentials.secrets, publicUrl: probing.config.publicUrl };
  const outcome = await runExchange(door, connector, known);
  if ('unreachable' in outcome) return { unreachable: true, message: outcome.message };
  if (!outcome.ok) return { ok: false, message: outcome.message, unproven: true };
  return withTokens(connector, values, outcome.tokens);
}

function withTokens<Values extends ProbedValues>(
  connector: Connector,
  values: Values,
  tokens: TokenSet,
): ExchangedValues<Values> | Extract<ProbeResult, { ok: false }> {
  const config = { ...values.config, ...tokens.captured };
  const found = findOrigins(connector, config);
  if (!found.ok) return { ok: false, message: found.message };
  const { credentials } = values;
  const secrets = { ...credentials.secrets, [accessToken]: tokens.accessToken };
  const origins = [...new Set([...credentials.origins, ...found.origins])];
  return { values: { ...values, config, credentials: { secrets, origins } }, tokens };
}
