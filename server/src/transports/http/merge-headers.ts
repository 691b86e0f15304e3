import { Secret } from '../../lib/secret.ts';

/** Headers from outside the manifest, by who asks for them. */
export interface HeaderLayers {
  readonly connection?: Readonly<Record<string, string | Secret>>;
  /** From the general parameters of the connection. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly call?: Readonly<Record<string, string>>;
}

interface AllLayers extends HeaderLayers {
  readonly auth: Readonly<Record<string, Secret>>;
  readonly manifest: Readonly<Record<string, string | Secret>>;
  /** The media type of the body, where there is one. */
  readonly body: string | undefined;
}

export type MergedHeaders =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string };

const fieldName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const fieldValue = /^[^\p{Cc}\u{100}-\u{10ffff}]*$/u;

/** About the connection between two machines, not about the call (RFC 9110 §7.6.1), or ours to set. */
const notForCalls = new Set(
  'host content-length connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade expect'.split(
    ' ',
  ),
);

/** All headers of a request in lower case: auth before connection before general parameters before manifest before call before our own defaults. */
export function mergeHeaders(layers: AllLayers): MergedHeaders {
  const { auth, connection = {}, fixed = {}, manifest, call = {} } = layers;
  const body = layers.body === undefined ? {} : { 'content-type': layers.body };
  const named = [call, manifest, fixed, connection, auth].flatMap((layer) => Object.entries(layer));
  const headers: Record<string, string> = { ...defaults, ...body };
  for (const [given, value] of named) {
    const name = given.toLowerCase();
    const text = value instanceof Secret ? value.reveal() : value;
    if (!isUsable(name) || !isSendable(text)) return { ok: false, message: `The header "${given}" cannot be sent.` };
    headers[name] = text;
  }
  return { ok: true, headers };
}

/** Whether a header may be set by a connection or a call (RULINGS 000.3). */
export function isUsable(name: string): boolean {
  return fieldName.test(name) && !notForCalls.has(name);
}

/** Whether a header can have this value: no control characters, nothing beyond one byte (RFC 9110 §5.5). */
export function isSendable(value: string): boolean {
  return fieldValue.test(value);
}

const defaults = { accept: 'application/json, text/*;q=0.9, */*;q=0.8', 'user-agent': 'Plugboard' };
