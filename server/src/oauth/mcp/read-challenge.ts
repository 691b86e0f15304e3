/** What a protected server says it wants, in `WWW-Authenticate` (RFC 6750 §3, RFC 9728 §5.1). */
export interface BearerChallenge {
  /** Where the metadata of the protected resource is. */
  readonly resourceMetadata: string | undefined;
  readonly scopes: readonly string[];
  /** `invalid_token`, `insufficient_scope`, … */
  readonly error: string | undefined;
}

const most = 16_384;
const token = String.raw`[!#$%&'*+.^_\x60|~0-9A-Za-z-]+`;
const piece = new RegExp(String.raw`\s*(?:,\s*)*(${token})(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)|(?=\s|,|$))`, 'y');

/** The Bearer challenge among those of a `WWW-Authenticate` header (RFC 9110 §11.6.1); `undefined` where there is none. */
export function readChallenge(header: string | undefined): BearerChallenge | undefined {
  const params = bearerParams((header ?? '').slice(0, most));
  if (params === undefined) return undefined;
  return {
    resourceMetadata: params.get('resource_metadata'),
    scopes: readScopes(params.get('scope')),
    error: params.get('error'),
  };
}

/** The scopes of a text, each once (RFC 6749 §3.3); whatever cannot be one is left out, and of too many the rest. */
export function readScopes(text: string | undefined): readonly string[] {
  return keepScopes((text ?? '').split(' '));
}

const mostScopes = 100;
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/;

/** The scopes of a list, each once; whatever cannot be one is left out, and of too many the rest. */
export function keepScopes(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)].filter((scope) => scopeToken.test(scope)).slice(0, mostScopes);
}

/** Names without a value begin the next challenge; the first value of a name counts. */
function bearerParams(header: string): ReadonlyMap<string, string> | undefined {
  let scheme = '';
  let params: Map<string, string> | undefined;
  const pattern = new RegExp(piece);
  for (let match = pattern.exec(header); match !== null; match = pattern.exec(header)) {
    const [, name = '', value] = match;
    if (value === undefined) {
      if (params !== undefined) return params;
      scheme = name.toLowerCase();
      if (scheme === 'bearer') params = new Map();
    } else if (scheme === 'bearer' && params !== undefined && !params.has(name.toLowerCase()))
      params.set(name.toLowerCase(), unquoted(value));
  }
  return params;
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}
