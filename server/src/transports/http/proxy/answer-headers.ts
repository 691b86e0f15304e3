import { isSendable } from '../merge-headers.ts';
import type { Redactor } from '../../../lib/redact.ts';

/** Where the requests of a proxy go and where they come from. */
export interface ProxyAddresses {
  /** The address of the request that was answered. */
  readonly asked: string;
  /** What every path stands behind, without a slash at the end. */
  readonly base: string;
  /** The same here: an absolute address, without a slash at the end. */
  readonly here: string;
}

/** About one connection (RFC 9110 §7.6.1), or about our origin, which is not the provider's to speak for (S12). */
const dropped = new Set(
  `set-cookie set-cookie2 connection keep-alive proxy-authenticate proxy-connection te trailer transfer-encoding upgrade
  clear-site-data strict-transport-security public-key-pins expect-ct nel report-to reporting-endpoints refresh alt-svc
  content-security-policy content-security-policy-report-only x-content-type-options x-frame-options x-xss-protection
  referrer-policy permissions-policy cross-origin-resource-policy cross-origin-opener-policy cross-origin-embedder-policy
  cache-control pragma expires sourcemap x-sourcemap service-worker-allowed`.split(/\s+/),
);
const droppedToo = /^(access-control-|x-plugboard-)/;

/**
 * What a provider's answer says beside its body, as it goes on: without cookies and whatever else is about its origin, without
 * secrets (S25). An address below the base leads back through the proxy; a redirect elsewhere is told but not followed by
 * itself, because clients take their headers, our key among them, along.
 */
export function passAnswerHeaders(
  headers: Readonly<Record<string, string>>,
  redactor: Redactor,
  addresses: ProxyAddresses,
): Record<string, string> {
  const named = new Set((headers['connection'] ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const passed: Record<string, string> = {};
  for (const name in headers) {
    if (dropped.has(name) || droppedToo.test(name) || named.has(name)) continue;
    const value = redactor.text(headers[name] ?? '');
    if (!isSendable(value)) continue;
    const [as, text] = translated(name, value, addresses);
    passed[as] = text;
  }
  return { ...passed, 'content-disposition': asAttachment(passed['content-disposition']) };
}

function translated(name: string, value: string, addresses: ProxyAddresses): readonly [string, string] {
  if (name === 'x-request-id') return ['x-provider-request-id', value];
  if (name === 'link')
    return [name, value.replaceAll(/<([^>]*)>/g, (_, to: string) => `<${led(to, addresses) ?? to}>`)];
  if (name !== 'location' && name !== 'content-location') return [name, value];
  const through = led(value, addresses);
  return through === undefined ? [`x-provider-${name}`, value] : [name, through];
}

/** The address through the proxy of one that stands below the base; `undefined` for every other. */
function led(to: string, { asked, base, here }: ProxyAddresses): string | undefined {
  const [url, from] = [URL.parse(to, asked), URL.parse(`${base}/`)];
  if (url === null || from === null || url.origin !== from.origin || url.username !== '') return undefined;
  if (!url.pathname.startsWith(from.pathname)) return undefined;
  return `${here}/${url.pathname.slice(from.pathname.length)}${url.search}${url.hash}`;
}

/** A file to be kept, under the name the provider gave it (RFC 6266), whatever the provider meant it for. */
function asAttachment(disposition = ''): string {
  const parameters = /^[^;]*(;.*)$/.exec(disposition)?.[1] ?? '';
  return `attachment${parameters}`;
}
