import type { Config } from '../../config.ts';
import { isLocal } from '../../connections/values/submitted-values.ts';
import { refusalOfEgress } from '../../connections/values/server-address.ts';
import type { Context } from '../../context.ts';
import { isLoopback, parseAddress } from '../../egress/guard/addresses.ts';
import { readAllowList } from '../../egress/guard/allow-list.ts';
import { readTarget } from '../../egress/guard/target.ts';
import { EgressError } from '../../egress/egress.ts';
import { Failure } from '../../errors.ts';

/** Where events are sent. */
export interface WebhookAddress {
  /** In its one spelling. */
  readonly url: string;
  /** Whether it may be a loopback address (S6). */
  readonly loopback: boolean;
}

/** The address that somebody names, who is an ADMIN. Throws BAD_REQUEST, in words, for what is none or may never be reached. */
export async function readWebhookAddress(
  { config, egress }: Pick<Context, 'config' | 'egress'>,
  given: string,
): Promise<WebhookAddress> {
  const loopback = isLocal(config);
  const wrong = wrongWebhookAddress(config, { url: given, loopback });
  if (wrong !== undefined) throw new Failure('BAD_REQUEST', `url: ${wrong}`);
  const refused = await refusalOfEgress(egress, given, { loopback });
  if (refused !== undefined) throw new Failure('BAD_REQUEST', `url: ${refused}`);
  return { url: readTarget(given).href, loopback };
}

/**
 * Why nothing is sent to such an address, as a sentence, before anything is looked up; else `undefined`. Clear text goes only
 * to hosts that the operator opened, and to this machine where that is allowed (S6).
 */
export function wrongWebhookAddress(
  { egressAllow }: Pick<Config, 'egressAllow'>,
  { url, loopback }: WebhookAddress,
): string | undefined {
  if (url.includes('#')) return 'A "#" is never sent. Leave it out.';
  if (holdsCredentials(url)) return 'It holds a user name or password, which is not sent. Check the signature instead.';
  try {
    const { secure, host } = readTarget(url);
    if (secure || isOpened(egressAllow, host) || (loopback && isThisMachine(host))) return undefined;
    return 'Events are sent over https alone. An operator can open a host for http with PLUGBOARD_EGRESS_ALLOW.';
  } catch (error) {
    if (error instanceof EgressError) return error.message;
    throw error;
  }
}

function holdsCredentials(url: string): boolean {
  const { username = '', password = '' } = URL.parse(url) ?? {};
  return username !== '' || password !== '';
}

function isOpened(allowed: readonly string[], host: string): boolean {
  const list = readAllowList(allowed);
  const address = parseAddress(host);
  return list.opensHost(host) || (address !== undefined && list.opensAddress(address));
}

function isThisMachine(host: string): boolean {
  const address = parseAddress(host);
  return host === 'localhost' || (address !== undefined && isLoopback(address));
}
