import { isIP } from 'node:net';

/** How an address is named where its health and its turns are kept; `undefined` where it leads to no server. */
export function dialledOrigin(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || url.host === '') return undefined;
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  return url.origin === 'null' ? `tcp://${url.host}` : url.origin;
}

/** The same for a server that is not asked over HTTP. */
export function tcpOrigin(host: string, port: number): string {
  return `tcp://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
