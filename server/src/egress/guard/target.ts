import { isIP } from 'node:net';
import { EgressError } from '../egress.ts';

/** Where a request goes, read once from its URL: every decision is made on this, never on the written text. */
export interface Target {
  readonly href: string;
  /** Scheme, host and port, without a trailing dot. */
  readonly origin: string;
  readonly secure: boolean;
  /** Lower case, without brackets and trailing dot; an address in its one canonical form. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

/** The ports the Fetch standard blocks (§2.9 "Port blocking"). */
const blockedPorts: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** Reads a URL by the WHATWG rules; refuses what is not plain http(s) to a host and an unblocked port. */
export function readTarget(written: string): Target {
  const url = URL.parse(written);
  if (url === null) throw new EgressError('refused', 'The address is not a valid URL.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new EgressError('refused', 'Only http and https addresses can be reached.');
  if (url.username !== '' || url.password !== '')
    throw new EgressError('refused', 'The address holds a user name or password. Send credentials in a header.');
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  return targetOf(url);
}

/** A host as `Target.host` would hold it; `undefined` where the text is more or less than a host. */
export function normaliseHost(written: string): string | undefined {
  const bracketed = isIP(written) === 6 ? `[${written}]` : written;
  if (/[/?#@\\]|:(?!.*\])/.test(bracketed)) return undefined;
  const host = URL.parse(`http://${bracketed}/`)?.hostname.replace(/\.$/, '');
  return host === undefined || hasEmptyLabel(host) ? undefined : withoutBrackets(host);
}

function targetOf(url: URL): Target {
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if (hasEmptyLabel(url.hostname)) throw new EgressError('refused', 'The address has no valid host.');
  if (blockedPorts.has(port))
    throw new EgressError('refused', `Port ${port} belongs to another protocol and is blocked for http.`);
  return {
    href: url.hash === '' ? url.href : url.href.slice(0, -url.hash.length),
    origin: url.origin,
    secure,
    host: withoutBrackets(url.hostname),
    port,
    path: url.pathname + url.search,
  };
}

function hasEmptyLabel(host: string): boolean {
  return host === '' || host.startsWith('.') || host.endsWith('.') || host.includes('..');
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
