import type { Operation } from '../../catalog/connector.ts';
import { fileArguments } from '../../catalog/input/file-arguments.ts';
import type { Context } from '../../context.ts';
import { type HttpCall, runHttp } from '../../transports/http/run-http.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { keepBytes, readBytes } from '../files/keep-bytes.ts';
import { callTimeoutMs } from '../limits/call-timeout.ts';
import { withFixed } from '../specs/narrow-tool.ts';
import { prepare } from '../plan/prepared.ts';
import type { Carried } from './carry.ts';
import { carryPages } from './carry-pages.ts';

/**
 * Sends the request that the operation of a tool describes, or as many as a list takes. Who wants the provider's own answer
 * gets it as it is: no file, no pages of ours.
 */
export function carryByHttp(ctx: Context, call: Carried, operation: Operation): Promise<Outcome> {
  const http = httpCall(ctx, call, operation);
  const { pagination } = operation;
  if (pagination === undefined || call.onAnswer !== undefined) return runHttp({ ...http, planned: call.planned });
  const { fixed } = call.found;
  return carryPages(ctx, call, {
    pagination,
    carry: (args, timeoutMs) => runHttp({ ...http, args: withFixed(args, fixed), timeoutMs }),
  });
}

function httpCall(ctx: Context, call: Carried, operation: Operation): HttpCall {
  const { found, credentials, onAnswer, onAskedPause } = call;
  const { connection, connector, spec, fixed } = found;
  const { config, loopback } = connection;
  return {
    connector,
    operation,
    config,
    loopback,
    fixed,
    args: withFixed(call.args, fixed),
    files: fileArguments(fixed.input ?? spec.input),
    effect: spec.effect,
    ...prepare(found, credentials),
    publicUrl: ctx.config.publicUrl,
    egress: ctx.egress,
    clock: ctx.clock,
    signal: ctx.signal,
    timeoutMs: callTimeoutMs(connector),
    readFile: readBytes(ctx),
    keepFile: onAnswer === undefined ? keepBytes(ctx, credentials) : undefined,
    onAnswer,
    onAskedPause,
  };
}
