/** A scheme, host and port, as a browser writes it in `Origin` (RFC 6454 §6.2). */
export type Origin = string;

/** A host and no pattern of hosts, without the dot at the end that would make it another origin. */
const isOneHost = /^(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])$/;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin that a text is, and nothing but that: `https://app.example`, `http://localhost:3000`. `undefined` for anything
 * that is more or less than scheme, host and port, is written otherwise than browsers do, or is http away from this machine.
 */
export function readOrigin(text: string): Origin | undefined {
  const url = text.length <= 300 ? URL.parse(text) : null;
  if (url === null || url.origin !== text) return undefined;
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
  return isSafe && isOneHost.test(url.hostname) ? text : undefined;
}

/** The origin of an address that somebody may be sent back to; `undefined` where it is no plain web address without a password. */
export function originOfAddress(address: string): Origin | undefined {
  const url = address.length <= 2_000 ? URL.parse(address) : null;
  if (url === null || url.username !== '' || url.password !== '' || /[\p{Cc}\s\\]/u.test(address)) return undefined;
  // What has an origin within it, as `blob:` does, leads elsewhere.
  return /^https?:$/.test(url.protocol) ? readOrigin(url.origin) : undefined;
}
