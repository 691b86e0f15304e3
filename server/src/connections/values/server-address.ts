import { type Egress, EgressError } from '../../egress/egress.ts';

const longest = 2_000;

/** What is wrong with the address of a server that somebody names, to stand behind its name in a sentence; else `undefined`. */
export function wrongAddress(given: string, { query }: { readonly query: boolean }): string | undefined {
  if (given.length > longest) return `is longer than ${longest} characters`;
  const url = /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(given) ? URL.parse(given) : null;
  if (url === null) return 'must be an absolute http or https address';
  if (given.includes('${')) return 'must be written out, without "${"';
  if (url.username !== '' || url.password !== '')
    return 'must hold no user name or password: send credentials apart from it';
  if (given.includes('#')) return 'may not hold a "#"';
  if (given.includes('?') && !query) return 'must end with its path, without a "?"';
  const secret = [...url.searchParams.keys()].find((name) => secretNames.test(name));
  if (secret === undefined) return undefined;
  return `holds "${secret.slice(0, 40)}", which looks like a credential and would be kept in clear: send it as a header`;
}

/** Names of query parameters that only credentials have. */
const secretNames = /^(key|sig|auth)$|api[_-]?key|token|secret|passw|signature|authorization|credential/i;

/** An address that is one, as the URL standard writes it, without the slash that it puts behind a bare host. */
export function spelled(address: string): string {
  const { href, pathname, search } = new URL(address);
  return pathname === '/' && search === '' && !address.endsWith('/') ? href.slice(0, -1) : href;
}

/**
 * Why the egress guard never dials an address (S6), in a sentence; else `undefined`. A name that does not resolve today is
 * for the first use to find out.
 */
export async function refusalOfEgress(
  egress: Pick<Egress, 'check'>,
  address: string,
  options: { readonly loopback: boolean },
): Promise<string | undefined> {
  try {
    await egress.check(address, options);
    return undefined;
  } catch (cause) {
    if (!(cause instanceof EgressError)) throw cause;
    return cause.problem === 'refused' ? cause.message : undefined;
  }
}
