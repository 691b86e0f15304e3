import { EgressError } from '../egress.ts';
import { embeddedAddresses, isLoopback, isMetadata, parseAddress, specialKind, type Address } from './addresses.ts';
import type { AllowList } from './allow-list.ts';
import type { ResolveHost } from './resolve-host.ts';
import { normaliseHost } from './target.ts';

/** Somewhere a socket may be asked for. */
export interface Place {
  /** As `Target.host` holds it. */
  readonly host: string;
  readonly port: number;
  /** Whether a literal loopback address may be dialled (S6). */
  readonly loopback: boolean;
  /** On whose account its name is looked up; absent: the process's own. */
  readonly workspaceId?: string | undefined;
}

/** Where we listen ourselves: read at every check, so that a port chosen at start counts. */
export interface OwnAddresses {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
}

/** Decides what may be dialled. */
export interface Guard {
  /** The addresses of a place, all of them checked: dial one of these and nothing else. Fails with `refused` or `dns`. */
  admit(place: Place): Promise<readonly string[]>;
}

export interface GuardOptions {
  readonly allow: AllowList;
  readonly own: OwnAddresses;
  readonly resolveHost: ResolveHost;
}

const metadataNames = /^(.+\.)?(metadata|metadata\.(google|azure)\.internal|metadata\.goog|metadata\.tencentyun\.com)$/;
const instanceDataNames = /^(.+\.)?instance-data(\.ec2\.internal)?$/;

/** Refuses a place when any address of it is forbidden (RULINGS 001.6, S6, S24). */
export function createGuard(options: GuardOptions): Guard {
  return {
    async admit(place) {
      const { host } = place;
      if (metadataNames.test(host) || instanceDataNames.test(host))
        throw neverReached(host, 'a cloud metadata service');
      const addresses = await addressesOf(place, options.resolveHost);
      for (const address of addresses) refuseUnlessAllowed(place, address, options);
      return addresses;
    },
  };
}

/** `localhost` is loopback by rule (RFC 6761 §6.3), an address is itself, and only other names are asked for. */
async function addressesOf({ host, workspaceId }: Place, resolveHost: ResolveHost): Promise<readonly string[]> {
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1', '::1'];
  return parseAddress(host) === undefined ? resolveHost(host, workspaceId) : [host];
}

function refuseUnlessAllowed(place: Place, text: string, { allow, own }: GuardOptions): void {
  const address = parseAddress(text);
  if (address === undefined) throw forbidden(place.host, text, 'something that is no address');
  const layers = [address, ...embeddedAddresses(address)];
  if (layers.some(isMetadata)) throw neverReached(naming(place.host, text), 'a cloud metadata address');
  if (layers.some((layer) => isOwnListener(place.port, layer, own)))
    throw neverReached(`${place.host}:${place.port}`, 'Plugboard itself');
  const kind = specialKind(address);
  if (kind === undefined || allow.opensHost(place.host)) return;
  if (layers.every((layer) => specialKind(layer) === undefined || allow.opensAddress(layer))) return;
  if (!place.loopback || !isLiteralLoopback(place.host)) throw forbidden(place.host, text, kind);
  refuseUnlessLocal(own);
}

/** S6: behind a proxy, "we listen on loopback" is true on a public host too, so both must be loopback. */
function refuseUnlessLocal(own: OwnAddresses): void {
  if (isLiteralLoopback(own.host) && isLiteralLoopback(publicHost(own))) return;
  throw new EgressError(
    'refused',
    'A loopback address can be reached only while Plugboard itself listens on loopback and its public URL is loopback too. Otherwise add it to PLUGBOARD_EGRESS_ALLOW.',
  );
}

function isOwnListener(port: number, address: Address, own: OwnAddresses): boolean {
  if (leadsHome(address)) return port === own.port || port === publicLoopbackPort(own);
  return port === own.port && address.toString() === own.host;
}

/** Dialling 0.0.0.0 or :: reaches this machine too. */
function leadsHome(address: Address): boolean {
  return isLoopback(address) || address.range() === 'unspecified';
}

function publicLoopbackPort(own: OwnAddresses): number | undefined {
  const url = URL.parse(own.publicUrl);
  if (url === null || !isLiteralLoopback(publicHost(own))) return undefined;
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

function publicHost(own: OwnAddresses): string {
  return normaliseHost(URL.parse(own.publicUrl)?.hostname ?? '') ?? '';
}

function isLiteralLoopback(host: string): boolean {
  const address = parseAddress(host);
  return host === 'localhost' || (address !== undefined && isLoopback(address));
}

function forbidden(host: string, address: string, kind: string): EgressError {
  const what = host === address ? `${host} is ${kind}` : `${host} resolves to ${kind} (${address})`;
  const advice = 'Add it to PLUGBOARD_EGRESS_ALLOW if it is meant to be reached.';
  return new EgressError('refused', `${what}, which Plugboard refuses. ${advice}`);
}

function neverReached(what: string, kind: string): EgressError {
  return new EgressError('refused', `${what} is ${kind}, which is never reached from here.`);
}

function naming(host: string, address: string): string {
  return host === address ? host : `${host} (${address})`;
}
