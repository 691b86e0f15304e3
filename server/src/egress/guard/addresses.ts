import ipaddr from 'ipaddr.js';

/** One IP address, parsed. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What an address is, to complete "… is": the kinds of the IANA special-purpose registries, in words for people. */
const kinds: Readonly<Record<string, string>> = {
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
  carrierGradeNat: 'a private address',
  loopback: 'a loopback address',
  linkLocal: 'a link-local address',
  unspecified: 'an unspecified address',
  multicast: 'a multicast address',
  broadcast: 'a broadcast address',
};

/** Where clouds keep credentials for the machine; most are link-local, these are never opened. */
const metadataRanges = [
  '169.254.169.0/24', // AWS, Azure, Google, Oracle, OpenStack and most others
  '169.254.170.0/24', // AWS: containers and pods
  '169.254.0.23/32', // Tencent
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure
  '192.0.0.192/32', // Oracle
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google
  'fe80::a9fe:a9fe/128', // OpenStack
].map((range) => ipaddr.parseCIDR(range));

/** 64:ff9b::/96 (RFC 6052 §2.1); other lengths are possible only below the prefix for local use. */
const wellKnownPrefix = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** The address a text denotes, without a zone, or `undefined`. */
export function parseAddress(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.parse(text) : undefined;
}

/** In words what a special address is; `undefined` for one on the public internet (RFC 6890 and the IANA registries). */
export function specialKind(address: Address): string | undefined {
  const range: string = address.range();
  if (range !== 'unicast') return kinds[range] ?? 'a reserved address';
  if (address.kind() === 'ipv4') return undefined;
  return inRange(address, globalUnicast) && !isIsatap(address) ? undefined : 'a reserved address';
}

/** Whether a cloud keeps its machine credentials there. */
export function isMetadata(address: Address): boolean {
  return metadataRanges.some((range) => inRange(address, range));
}

/** Whether an address is 127.0.0.0/8 or ::1. */
export function isLoopback(address: Address): boolean {
  return address.range() === 'loopback';
}

/** Whether an address lies in a CIDR of its own family. */
export function inRange(address: Address, range: readonly [Address, number]): boolean {
  const [base, bits] = range;
  return address.kind() === base.kind() && address.match(base, bits);
}

/** The IPv4 addresses an IPv6 one may lead to: mapped, compatible, translated (RFC 6052, 6145, 8215), 6to4, Teredo, ISATAP. */
export function embeddedAddresses(address: Address): readonly Address[] {
  if (address.kind() === 'ipv4') return [];
  const bytes = address.toByteArray();
  if (startsWith(bytes, [0x20, 0x02])) return [ipv4(bytes.slice(2, 6))];
  if (startsWith(bytes, [0x20, 0x01, 0, 0]))
    return [ipv4(bytes.slice(4, 8)), ipv4(bytes.slice(12).map((byte) => byte ^ 0xff))];
  if (startsWith(bytes, wellKnownPrefix)) return [translated(bytes, 96)];
  if (startsWith(bytes, [0, 0x64, 0xff, 0x9b])) return [48, 56, 64, 96].map((prefix) => translated(bytes, prefix));
  if (startsWith(bytes, [0, 0, 0, 0, 0, 0, 0, 0]) || isIsatap(address)) return [ipv4(bytes.slice(12))];
  return [];
}

/** RFC 5214 §6.1: the interface identifier `0000:5efe` or `0200:5efe` and an IPv4 address. */
function isIsatap(address: Address): boolean {
  const bytes = address.toByteArray();
  return startsWith(bytes.slice(9), [0, 0x5e, 0xfe]) && (bytes[8] === 0 || bytes[8] === 2);
}

/** RFC 6052 §2.2: four bytes after the prefix, leaving out byte 8. */
function translated(bytes: readonly number[], prefix: number): Address {
  return ipv4(bytes.filter((_, index) => index >= prefix / 8 && index !== 8).slice(0, 4));
}

function ipv4(bytes: readonly number[]): Address {
  return new ipaddr.IPv4([...bytes]);
}

function startsWith(bytes: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
