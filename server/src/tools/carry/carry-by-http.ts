import type { Operation } from '../../catalog/connector.ts';
import type { Context } from '../../context.ts';
import { runHttp } from '../../transports/http/run-http.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { withFixed } from '../specs/narrow-tool.ts';
import { prepare } from '../plan/prepared.ts';
import type { Carried } from './carry.ts';

/** Sends the request that the operation of a tool describes. */
export function carryByHttp(ctx: Context, call: Carried, operation: Operation): Promise<Outcome> {
  const { found, credentials, onAnswer } = call;
  const { connection, connector, spec, fixed } = found;
  const { config, loopback } = connection;
  return runHttp({
    connector,
    operation,
    config,
    loopback,
    fixed,
    args: withFixed(call.args, fixed),
    effect: spec.effect,
    ...prepare(found, credentials),
    publicUrl: ctx.config.publicUrl,
    egress: ctx.egress,
    clock: ctx.clock,
    signal: ctx.signal,
    onAnswer,
  });
}
