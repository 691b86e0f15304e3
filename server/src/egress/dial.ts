import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { EgressError } from './egress.ts';
import type { Guard, Place } from './guard/guard.ts';

export interface DialOptions {
  readonly guard: Guard;
  /** For connecting and the TLS handshake together, in milliseconds; the lookup has a limit of its own. */
  readonly timeoutMs: number;
  /** Present for TLS: what resumes an earlier session, and where the next one goes. */
  readonly tls?: { readonly session: Buffer | undefined; readonly keep: (session: Buffer) => void };
}

const nextAddressAfterMs = 250;

/** Connects to one of the addresses the guard admitted: names are never looked up a second time. */
export async function dial(place: Place, { guard, timeoutMs, tls }: DialOptions): Promise<Socket> {
  const addresses = await guard.admit(place);
  const where = {
    host: place.host,
    port: place.port,
    lookup: answerWith(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: nextAddressAfterMs,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  };
  if (tls === undefined) return connected(connectTcp(where), { place, timeoutMs, event: 'connect' });
  const socket = connectTls({ ...where, ...identity(place), session: tls.session, ALPNProtocols: ['http/1.1'] });
  socket.on('session', tls.keep);
  return connected(socket, { place, timeoutMs, event: 'secureConnect' });
}

/** Verifies certificates whatever the environment says. */
function identity({ host }: Place): { readonly rejectUnauthorized: true; readonly servername?: string } {
  return isIP(host) === 0 ? { rejectUnauthorized: true, servername: host } : { rejectUnauthorized: true };
}

function answerWith(addresses: readonly string[]): LookupFunction {
  return (_host, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
}

interface Waiting {
  readonly place: Place;
  readonly timeoutMs: number;
  readonly event: 'connect' | 'secureConnect';
}

function connected(socket: Socket | TLSSocket, { place, timeoutMs, event }: Waiting): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let shaking = false;
    const late = `${place.host} did not accept a connection within ${timeoutMs / 1_000} seconds.`;
    const timer = setTimeout(() => socket.destroy(new EgressError('timeout', late)), timeoutMs);
    socket.once('connect', () => (shaking = event === 'secureConnect'));
    socket.once(event, () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(explainDial(error, { place, shaking }));
    });
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new EgressError('connect', `${place.host} closed the connection at once.`));
    });
  });
}

function explainDial(
  error: Error,
  { place, shaking }: { readonly place: Place; readonly shaking: boolean },
): EgressError {
  if (error instanceof EgressError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = error;
  if (shaking) return new EgressError('tls', `${place.host}: ${explainTls(code)}`, { cause });
  if (code === 'ECONNREFUSED')
    return new EgressError('connect', `Connection refused: nothing listens at ${place.host}:${place.port}.`, { cause });
  if (code === 'ETIMEDOUT')
    return new EgressError('timeout', `${place.host} did not accept a connection in time.`, { cause });
  return new EgressError('connect', `${place.host}:${place.port} cannot be reached${code && ` (${code})`}.`, { cause });
}

function explainTls(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'the certificate belongs to another host.';
  if (code === 'CERT_HAS_EXPIRED') return 'the certificate has expired.';
  if (/SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY|CERT_UNTRUSTED/.test(code))
    return 'the certificate is not signed by an authority this machine trusts. Add the authority with NODE_EXTRA_CA_CERTS.';
  return `a secure connection could not be made${code && ` (${code})`}.`;
}
