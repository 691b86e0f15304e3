import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { Failure } from '../../errors.ts';

/** The part of a request that these rules look at. */
export interface Arrival {
  readonly method: string;
  readonly headers: FastifyRequest['headers'];
  /** The port of ours that it came in by, where the configuration says 0. */
  readonly localPort: number | undefined;
}

/** Throws BAD_REQUEST unless `Host` is the public URL's or the listener's literal: closes DNS rebinding (S7). */
export function checkHost(config: Pick<Config, 'host' | 'port' | 'publicUrl'>, arrival: Arrival): void {
  const host = arrival.headers.host?.toLowerCase();
  if (host !== undefined && isOurHost(config, host, arrival.localPort)) return;
  throw new Failure(
    'BAD_REQUEST',
    'This server does not answer to that Host. Use the address in PLUGBOARD_PUBLIC_URL.',
  );
}

/**
 * Throws FORBIDDEN where a browser may have sent the credential by itself and the page is not ours: an unsafe request
 * needs the exact Origin of the public URL, and its body, if any, must be JSON (S7).
 */
export function checkOrigin(config: Pick<Config, 'publicUrl'>, arrival: Arrival): void {
  if (isSafe(arrival.method)) return;
  if (arrival.headers.origin !== new URL(config.publicUrl).origin) {
    throw new Failure(
      'FORBIDDEN',
      'A signed-in browser may do this from the dashboard only. Other programs use an API key.',
    );
  }
  if (hasBody(arrival.headers) && !isJson(arrival.headers['content-type'])) {
    throw new Failure('FORBIDDEN', 'A signed-in browser may send JSON only. Set content-type to application/json.');
  }
}

/**
 * Throws FORBIDDEN unless an unsafe request is a form that a page of ours sent, with or without a cookie: the exact Origin of
 * the public URL, nothing cross-site in what the browser says of it, and form-encoded (S7).
 */
export function checkForm(config: Pick<Config, 'publicUrl'>, { method, headers }: Arrival): void {
  if (isSafe(method)) return;
  const site = headers['sec-fetch-site'] ?? 'same-origin';
  if (headers.origin !== new URL(config.publicUrl).origin || site !== 'same-origin')
    throw new Failure(
      'FORBIDDEN',
      'This form was sent from another page than ours. Open the page again and use its own.',
    );
  if (mediaType(headers['content-type']) !== 'application/x-www-form-urlencoded')
    throw new Failure('FORBIDDEN', 'This page takes the form that it shows, and nothing else.');
}

/** Whether anything in the request could have been put there by a browser on behalf of a foreign page. */
export function looksAmbient(headers: FastifyRequest['headers']): boolean {
  return headers.cookie !== undefined || headers.origin !== undefined;
}

/** Whether the media type is JSON, whatever its parameters (RFC 8259 §11). */
function isJson(contentType: string | undefined): boolean {
  return mediaType(contentType) === 'application/json';
}

function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase();
}

function isOurHost(
  config: Pick<Config, 'host' | 'port' | 'publicUrl'>,
  host: string,
  localPort: number | undefined,
): boolean {
  const { protocol, hostname, port } = new URL(config.publicUrl);
  const publicPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  if (port === '' && host === hostname) return true;
  if (host === `${hostname}:${publicPort}`) return true;
  const literal = config.host.includes(':') ? `[${config.host}]` : config.host;
  const listening = config.port === 0 ? localPort : config.port;
  return host === `${literal}:${listening}` || (listening === 80 && host === literal);
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function hasBody(headers: FastifyRequest['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
