import type { Context } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { secretsOf } from '../../transports/agent/call-redactor.ts';
import { buildProxied } from '../../transports/http/proxy/build-proxied.ts';
import { type ByteRedactor, createByteRedactor } from '../../transports/http/proxy/redact-bytes.ts';
import { holdProxied, type ProxiedCall, relayProxied } from '../../transports/http/proxy/send-proxied.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { prepare } from '../plan/prepared.ts';
import { askedOf, bodyAmong } from '../proxy/asked-of.ts';
import type { Carried } from './carry.ts';

/** Sends a raw request: while it arrives where its caller is there to take the answer, otherwise from what was kept of it. */
export async function carryByProxy(ctx: Context, call: Carried): Promise<Outcome> {
  const { found, credentials, relay, onAskedPause } = call;
  const { connection, connector, spec, fixed } = found;
  const asked = askedOf(call.args);
  const { attachment, redactor } = prepare(found, credentials);
  const { publicUrl } = ctx.config;
  const built = buildProxied({ connector, config: connection.config, publicUrl, attachment, fixed, asked });
  if (!built.ok) return built.rejected;
  const proxied: ProxiedCall = {
    request: built.value,
    effect: spec.effect,
    redactor,
    bytes: byteRedactorOf(credentials),
    egress: ctx.egress,
    clock: ctx.clock,
    signal: ctx.signal,
    loopback: connection.loopback,
    here: `${publicUrl}/api/v1/connections/${connection.id}/proxy`,
    rateLimit: connector.http?.rate_limit,
    onAskedPause,
  };
  return relay === undefined ? holdProxied(proxied, bodyAmong(call.args)) : relayProxied(proxied, relay);
}

const byteRedactors = new WeakMap<Credentials, ByteRedactor>();

function byteRedactorOf(credentials: Credentials): ByteRedactor {
  const redactor = byteRedactors.get(credentials) ?? createByteRedactor(secretsOf({ headers: credentials.secrets }));
  byteRedactors.set(credentials, redactor);
  return redactor;
}
