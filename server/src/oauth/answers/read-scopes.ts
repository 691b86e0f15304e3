const most = 500;

/**
 * The scopes an answer grants: a text, with whatever the provider puts between them, or a list. `undefined` where it says
 * nothing, and an empty text is nothing (RFC 6749 §3.3): what was asked for is granted then (§5.1).
 */
export function readScopes(said: unknown): readonly string[] | undefined {
  const list = typeof said === 'string' ? said.split(/[\s,]+/) : said;
  if (!Array.isArray(list)) return undefined;
  const scopes = list.filter((scope) => typeof scope === 'string' && /^[\x21-\x7e]{1,300}$/.test(scope));
  return scopes.length === 0 ? undefined : [...new Set<string>(scopes)].slice(0, most);
}
