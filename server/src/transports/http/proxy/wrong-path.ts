import { leavesItsSegment } from '../../../catalog/templates/render-path.ts';

/** RFC 3986 §3.3: what a path may hold without being percent-encoded. */
const plainPath = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9a-f]{2})*$/i;
const plainQuery = /^[\x21\x22\x24-\x7e]*$/;

/**
 * Why a path, as it came in, may not stand behind a base address (S10), to follow "The path"; else `undefined`. An encoded
 * slash is let through between plain parts (`group%2Fproject`): what it may not do is hide a step up.
 */
export function wrongPath(path: string): string | undefined {
  if (!plainPath.test(path)) return 'holds characters that must be percent-encoded (RFC 3986)';
  const segments = path.slice(1).split('/');
  if (segments.slice(0, -1).includes('')) return 'has an empty part ("//")';
  return segments.flatMap(partsOf).some(leavesItsSegment)
    ? 'may not hold "." or "..", a backslash, a control character or anything encoded twice'
    : undefined;
}

/** Why a query, as it came in, cannot be passed on, to follow "The query"; else `undefined`. */
export function wrongQuery(query: string): string | undefined {
  return plainQuery.test(query) ? undefined : 'holds characters that must be percent-encoded (RFC 3986)';
}

function partsOf(segment: string): readonly string[] {
  return segment.split(/%2f/i);
}
