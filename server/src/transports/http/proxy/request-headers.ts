/** Headers of a request by name in lower case, as Node reads them. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export type PassedHeaders =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string };

/** For us, about the way here, or about who asks: nothing a provider is told (RFC 9110 §7.6.1, RFC 7239, W3C trace context). */
const staysHere = new Set(
  `authorization x-api-key cookie x-workspace x-request-id
  host content-length connection keep-alive te trailer transfer-encoding upgrade expect proxy-authenticate
  proxy-authorization proxy-connection max-forwards accept-encoding
  origin referer forwarded via x-real-ip true-client-ip cf-connecting-ip traceparent tracestate baggage`.split(/\s+/),
);
const staysHereToo = /^(x-forwarded-|x-plugboard-|sec-|access-control-)/;

/** They make a provider read another method than the one that was ruled on. */
const overrides = new Set(['x-http-method-override', 'x-http-method', 'x-method-override', '_method', '$httpmethod']);

/** The headers a caller's request takes along to the provider. What would make it another request is refused. */
export function passHeaders(incoming: IncomingHeaders): PassedHeaders {
  const named = new Set(
    textOf(incoming['connection'])
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
  const headers: Record<string, string> = {};
  for (const name in incoming) {
    if (overrides.has(name)) return { ok: false, message: overrideIn(`The header ${name}`) };
    if (staysHere.has(name) || staysHereToo.test(name) || named.has(name)) continue;
    const text = name === 'prefer' ? preferencesFor(textOf(incoming[name])) : textOf(incoming[name]);
    if (text !== '') headers[name] = text;
  }
  // Part of a file is part of its bytes, not of what they were compressed to.
  if (headers['range'] !== undefined) headers['accept-encoding'] = 'identity';
  return { ok: true, headers };
}

/** Why a query may not go along, in a sentence; else `undefined`: some providers take a method from it. */
export function overrideInQuery(query: string): string | undefined {
  const name = [...new URLSearchParams(query).keys()].find((each) => overrides.has(each.toLowerCase()));
  return name === undefined ? undefined : overrideIn(`The query parameter ${name}`);
}

function overrideIn(where: string): string {
  return `${where} asks for another method than the request has. Send the request with that method.`;
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value ?? []).join(', ');
}

/** What is for the provider of a `Prefer` header: how long to wait for a person is for us (RFC 7240 §4.1, §4.3). */
function preferencesFor(prefer: string): string {
  const kept = preferencesIn(prefer).filter((preference) => !/^(respond-async|wait\s*=.*)$/i.test(preference));
  return kept.join(', ');
}

function preferencesIn(prefer: string): readonly string[] {
  return prefer
    .split(',')
    .map((preference) => preference.trim())
    .filter((preference) => preference !== '');
}
