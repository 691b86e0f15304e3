import ipaddr from 'ipaddr.js';
import { inRange, parseAddress, type Address } from './addresses.ts';
import { normaliseHost } from './target.ts';

/** What the operator opened although it is private (`PLUGBOARD_EGRESS_ALLOW`). */
export interface AllowList {
  /** Whether a name is opened, with every address it resolves to. */
  opensHost(host: string): boolean;
  opensAddress(address: Address): boolean;
}

/** Reads hosts, `*.suffix` patterns, addresses and CIDRs; throws a sentence that names the entry it cannot read. */
export function readAllowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  const ranges: [Address, number][] = [];
  for (const entry of entries) {
    const range = readRange(entry.trim());
    if (range !== undefined) ranges.push(range);
    else if (entry.trim().startsWith('*.')) suffixes.push(`.${readName(entry.trim().slice(2), entry)}`);
    else hosts.add(readName(entry.trim(), entry));
  }
  return {
    opensHost: (host) => hosts.has(host) || suffixes.some((suffix) => host.endsWith(suffix)),
    opensAddress: (address) => ranges.some((range) => inRange(address, range)),
  };
}

function readRange(entry: string): [Address, number] | undefined {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  const address = parseAddress(entry.replace(/^\[(.*)\]$/, '$1'));
  return address && [address, address.kind() === 'ipv4' ? 32 : 128];
}

function readName(name: string, entry: string): string {
  const host = /[\s/:@*?#\\]/.test(name) ? undefined : normaliseHost(name);
  if (host === undefined)
    throw new Error(
      `PLUGBOARD_EGRESS_ALLOW: "${entry}" is neither a host, nor an address, nor a CIDR such as 10.0.0.0/8.`,
    );
  return host;
}
