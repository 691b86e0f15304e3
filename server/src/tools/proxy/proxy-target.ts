import { fixedParams } from '../../connections/settings/general-params.ts';
import { nothingAttached } from '../../transports/attachment.ts';
import { addressOfProxied } from '../../transports/http/proxy/build-proxied.ts';
import { overrideInQuery, passHeaders } from '../../transports/http/proxy/request-headers.ts';
import type { Rejected } from '../../transports/outcome.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import { askedOf } from './asked-of.ts';

/** Where a raw request goes, worked out without any secret; or why it goes nowhere. */
export function proxyTarget(
  { connection, connector, fixed }: FoundTool,
  args: JsonObject,
  publicUrl: string,
): { readonly method: string; readonly url: string } | { readonly rejected: Rejected } {
  const asked = askedOf(args);
  const inPath = fixedParams(connection.settings).find(({ location }) => location === 'path');
  if (inPath !== undefined) return { rejected: { ...goesAround(inPath.name), status: 'rejected' } };
  const passed = passHeaders(asked.headers);
  const override = passed.ok ? overrideInQuery(asked.query) : passed.message;
  if (override !== undefined) return { rejected: { status: 'rejected', reason: 'input', message: override } };
  const { config } = connection;
  const address = addressOfProxied({ connector, config, publicUrl, attachment: nothingAttached, fixed, asked });
  return address.ok ? { method: asked.method, url: address.value } : { rejected: address.rejected };
}

/** What a connection fixes of a path nobody can override (RULINGS 000.3), and a raw request says its whole path. */
function goesAround(name: string) {
  const message = `This connection fixes "${name}" in the path of every call, which a raw request could go around. Call its tools instead.`;
  return { reason: 'disabled', message } as const;
}
