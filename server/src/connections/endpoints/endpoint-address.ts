import { originOf } from '../../catalog/origins.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { refusalOfEgress, wrongAddress } from '../values/server-address.ts';

/** The address of an agent back-end as it was given, without white space around it. Throws BAD_REQUEST where it cannot be one. */
export function readAddress(given: string): string {
  const address = given.trim();
  const wrong = wrongAddress(address, { query: false });
  if (wrong === undefined) return address;
  throw new Failure('BAD_REQUEST', `baseUrl ${wrong}.`);
}

/** Where the secrets of an endpoint may go (S1). */
export function ownOrigins({ baseUrl }: { readonly baseUrl: string }): readonly string[] {
  const origin = originOf(baseUrl);
  return origin === undefined ? [] : [origin];
}

/** Throws BAD_REQUEST, in words, where the egress guard would never dial the address (RULINGS 001.6, 002.8). */
export async function refuseUnreachable(
  { egress }: Pick<Context, 'egress'>,
  address: string,
  loopback: boolean,
): Promise<void> {
  const refused = await refusalOfEgress(egress, address, { loopback });
  if (refused !== undefined) throw new Failure('BAD_REQUEST', `baseUrl: ${refused}`);
}
