import type { Context } from '../../context.ts';
import { EgressError } from '../../egress/egress.ts';
import { Failure } from '../../errors.ts';

const longest = 2_000;

/** The address of an agent back-end as it was given, without white space around it. Throws BAD_REQUEST where it cannot be one. */
export function readAddress(given: string): string {
  const address = given.trim();
  const problem = problemOf(address);
  if (problem === undefined) return address;
  throw new Failure('BAD_REQUEST', `baseUrl ${problem}`);
}

function problemOf(address: string): string | undefined {
  if (address.length > longest) return `is longer than ${longest} characters.`;
  const url = /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(address) ? URL.parse(address) : null;
  if (url === null) return 'must be an absolute http or https address, e.g. http://localhost:8123.';
  if (url.username !== '' || url.password !== '')
    return 'must hold no user name or password. Send credentials in headers.';
  if (address.includes('?') || address.includes('#')) return 'must end with its path. Send credentials in headers.';
  return address.includes('${') ? 'must be written out, without ${…}.' : undefined;
}

/** Where the secrets of an endpoint at this address may go (S1). */
export function originOf(address: string): string {
  return new URL(address).origin;
}

/** Throws BAD_REQUEST, in words, where the egress guard would never dial the address (RULINGS 001.6, 002.8). */
export async function refuseUnreachable(
  { egress }: Pick<Context, 'egress'>,
  address: string,
  loopback: boolean,
): Promise<void> {
  try {
    await egress.check(address, { loopback });
  } catch (cause) {
    if (!(cause instanceof EgressError)) throw cause;
    // A name that does not resolve today is for the test to find out.
    if (cause.problem === 'refused') throw new Failure('BAD_REQUEST', `baseUrl: ${cause.message}`, { cause });
  }
}
