/** A provider's answer, which somebody who signs in late comes back with, has to fit. */
const longest = 4000;

/**
 * The path and query that a request names as its next page, where it is one of ours: nothing that a browser could read as
 * the start of a host. Anything else is the front page.
 */
export function ownPath(publicUrl: string, path: unknown): string {
  if (typeof path !== 'string' || path.length > longest || !/^\/(?![/\\])[\x21-\x5B\x5D-\x7E]*$/.test(path)) return '/';
  const url = URL.parse(path, publicUrl);
  const isOurs = url?.origin === new URL(publicUrl).origin && !url.pathname.startsWith('//');
  return isOurs ? path : '/';
}
