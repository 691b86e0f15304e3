/** What is wrong with the address of a server that somebody names, to stand behind its name in a sentence; else `undefined`. */
export function wrongAddress(given: string, { query }: { readonly query: boolean }): string | undefined {
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
