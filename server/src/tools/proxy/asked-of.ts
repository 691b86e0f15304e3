import { isRecord, type JsonObject } from '../../lib/json.ts';
import type { AskedRequest } from '../../transports/http/proxy/build-proxied.ts';

/** The request that checked arguments of the raw proxy describe, but for its body. */
export function askedOf(args: JsonObject): AskedRequest {
  const { method, path, query, headers } = args;
  return { method: text(method), path: text(path), query: text(query), headers: textsIn(headers) };
}

/** The body among the arguments of a request that had to wait; `undefined` where it has none. */
export function bodyAmong({ body, body_base64: base64 }: JsonObject): Buffer | undefined {
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  return typeof body === 'string' ? Buffer.from(body) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsIn(headers: unknown): Readonly<Record<string, string>> {
  if (!isRecord(headers)) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), text(value)]));
}
