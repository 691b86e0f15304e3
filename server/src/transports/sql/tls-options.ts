import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import type { ServerPlace } from '../../catalog/databases/database-place.ts';

/**
 * How a server has to prove who it is. The name it is held against is the one the connection names, whatever address was
 * dialled; the environment changes nothing.
 */
export function tlsOptions({ host, tls, ca }: Pick<ServerPlace, 'host' | 'tls' | 'ca'>): ConnectionOptions {
  return {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: tls !== 'require',
    checkServerIdentity: (_, certificate) =>
      tls === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
    ...(ca === undefined ? {} : { ca }),
  };
}

/** What a failed handshake means for the person who set the connection up. */
export function explainTls({ host }: Pick<ServerPlace, 'host'>, error: unknown): string {
  const words = error instanceof Error ? `${error.message} ${'code' in error ? String(error.code) : ''}` : '';
  if (/altname/i.test(words))
    return `The certificate of ${host} belongs to another host. Name the host as the certificate does, or choose verify-ca.`;
  if (/expired/i.test(words)) return `The certificate of ${host} has expired.`;
  if (/self.signed|issuer|unable.to.verify|untrusted/i.test(words))
    return `The certificate of ${host} is not signed by an authority that is trusted. Give the authority's certificate.`;
  return `A secure connection to ${host} could not be made${error instanceof Error ? ` (${error.message})` : ''}.`;
}

/** What is said where the server has no TLS at all. */
export function noTls({ host }: Pick<ServerPlace, 'host'>): string {
  return `${host} does not speak TLS. Switch it on there, or choose the TLS mode disable if everything may travel in clear text.`;
}
