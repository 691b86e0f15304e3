import { attach } from '../../auth-modes/index.ts';
import type { Operation } from '../../catalog/connector.ts';
import type { Context } from '../../context.ts';
import { runHttp } from '../../transports/http/run-http.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { createRedactor } from '../../transports/redact.ts';
import { withFixed } from '../specs/narrow-tool.ts';
import type { Carried } from './carry.ts';

/** Sends the request that the operation of a tool describes. */
export function carryByHttp(ctx: Context, call: Carried, operation: Operation): Promise<Outcome> {
  const { found, credentials, onAnswer } = call;
  const { connection, connector, spec, fixed } = found;
  const { config, loopback } = connection;
  const { secrets } = credentials;
  return runHttp({
    connector,
    operation,
    config,
    loopback,
    fixed,
    args: withFixed(call.args, fixed),
    effect: spec.effect,
    attachment: attach(connector, { config, secrets }),
    redactor: createRedactor(Object.values(secrets)),
    publicUrl: ctx.config.publicUrl,
    egress: ctx.egress,
    clock: ctx.clock,
    signal: ctx.signal,
    onAnswer,
  });
}
