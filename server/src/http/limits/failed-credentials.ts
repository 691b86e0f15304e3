import ipaddr from 'ipaddr.js';
import type { Credentials } from '../../access/access.ts';
import { Failure } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { sha256 } from '../../lib/digest.ts';
import { createRateLimiter } from './rate-limit.ts';

/** Slows down guessing: wrong credentials are counted per client address. */
export interface FailedCredentials {
  /** Throws RATE_LIMITED where the address has failed too often, except for a credential that held the last time. */
  check(ip: string, credentials: Credentials): void;
  failed(ip: string, credentials: Credentials): void;
  held(credentials: Credentials): void;
}

export interface FailedCredentialsOptions {
  readonly clock: Clock;
  /** Failures a minute and address. Default 60. */
  readonly limit?: number;
}

const rememberedAtMost = 10_000;

/** A limit on failed credentials that does not lock out good ones behind the same proxy. */
export function createFailedCredentials({ clock, limit = 60 }: FailedCredentialsOptions): FailedCredentials {
  const failures = createRateLimiter({ limit, clock });
  const good = new Set<string>();

  return {
    check: (ip, credentials) => {
      const { granted, retryAfterSeconds } = failures.peek(networkOf(ip));
      if (granted || good.has(digest(credentials))) return;
      const message = `Too many wrong credentials came from this address. Try again in ${retryAfterSeconds} s.`;
      throw new Failure('RATE_LIMITED', message, { retryAfter: retryAfterSeconds });
    },
    failed: (ip, credentials) => {
      failures.take(networkOf(ip));
      good.delete(digest(credentials));
    },
    held: (credentials) => remember(good, digest(credentials)),
  };
}

/** The address itself, or the /64 of an IPv6 one, which is what one customer gets (RFC 6177). */
function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv4' ? address.toString() : address.toByteArray().slice(0, 8).join('.');
}

function digest({ authorization, apiKey, cookie }: Credentials): string {
  return sha256(JSON.stringify([authorization, apiKey, cookie]));
}

function remember(known: Set<string>, entry: string): void {
  if (known.has(entry)) return;
  known.add(entry);
  const [oldest] = known;
  if (known.size > rememberedAtMost && oldest !== undefined) known.delete(oldest);
}
