import type { Connector } from '../../catalog/connector.ts';
import { keepScopes } from '../../oauth/mcp/read-challenge.ts';
import type { Connection } from '../connection.ts';

/** Between the id of a connection and the scopes, in the last part of the page's address. */
const mark = '~';
/** Bytes of scopes that fit into one part of a path of ours; what does not fit is left out, and asked for another time. */
const longest = 320;

/** What the last part of the address of a sign-in page says. */
export interface SignInPlace {
  /** Of a handshake, or of a connection. */
  readonly id: string;
  /** What somebody is asked to grant besides what they have granted already. */
  readonly scopes: readonly string[];
}

/**
 * The page of ours where whoever manages a connection signs in anew, to grant these scopes besides those it has. The address
 * alone says so: nothing is begun before a person agrees there.
 */
export function stepUpPage(
  { publicUrl }: { readonly publicUrl: string },
  { id }: Pick<Connection, 'id'>,
  scopes: readonly string[],
): string {
  const written = Buffer.from(fitting(scopes).join(' '), 'utf8').toString('base64url');
  return `${publicUrl}/connect/${id}${written === '' ? '' : `${mark}${written}`}`;
}

function fitting(scopes: readonly string[]): readonly string[] {
  let left = longest;
  return keepScopes(scopes).filter(({ length }) => (left -= length + 1) >= 0);
}

/** Takes the last part of such an address apart; what is no scope in it is left out. */
export function readPlace(token: string): SignInPlace {
  const [id = '', written = ''] = token.split(mark);
  return { id, scopes: keepScopes(Buffer.from(written, 'base64url').toString('utf8').split(' ')) };
}

/**
 * What to ask for at such a page besides what is always asked for: what was granted already, and of what the address says only
 * what the manifest knows; an MCP server's scopes are its own business. Empty where the address asks for nothing.
 */
export function scopesToAsk(
  { oauth, tools, mcp }: Pick<Connector, 'oauth' | 'tools' | 'mcp'>,
  { grantedScopes }: Pick<Connection, 'grantedScopes'>,
  { scopes }: Pick<SignInPlace, 'scopes'>,
): readonly string[] {
  const known = new Set([...(oauth?.scopes ?? []), ...tools.flatMap((tool) => tool.scopes ?? [])]);
  const wanted = scopes.filter((scope) => mcp !== undefined || known.has(scope));
  return wanted.length === 0 ? [] : [...new Set([...grantedScopes, ...wanted])];
}
