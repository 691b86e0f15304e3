import { describe, expect, it } from 'vitest';
import { createFailedCredentials } from './failed-credentials.ts';

const credentials = (apiKey: string) => ({ authorization: undefined, apiKey, cookie: undefined });

function guessing(ip: string, limit = 5) {
  const failures = createFailedCredentials({ clock: { now: () => 0 }, limit });
  for (let n = 0; n < limit; n += 1) failures.failed(ip, credentials(`guess ${n}`));
  return failures;
}

describe('wrong credentials', () => {
  it('are not looked at any more after too many from one address', () => {
    const failures = guessing('192.0.2.1');
    expect(() => failures.check('192.0.2.1', credentials('another'))).toThrow(/Try again in \d+ s/);
    expect(() => failures.check('192.0.2.2', credentials('another'))).not.toThrow();
  });

  it('do not lock out a good one behind the same proxy, until it fails itself', () => {
    const failures = createFailedCredentials({ clock: { now: () => 0 }, limit: 1 });
    failures.held(credentials('good'));
    failures.failed('192.0.2.1', credentials('bad'));
    expect(() => failures.check('192.0.2.1', credentials('good'))).not.toThrow();
    failures.failed('192.0.2.1', credentials('good'));
    expect(() => failures.check('192.0.2.1', credentials('good'))).toThrow();
  });

  it('count together for one network of IPv6', () => {
    const failures = guessing('2001:db8:1:2::1');
    expect(() => failures.check('2001:db8:1:2:ffff::9', credentials('x'))).toThrow();
    expect(() => failures.check('2001:db8:1:3::1', credentials('x'))).not.toThrow();
  });

  it('count together for an IPv4 address however it is written', () => {
    const failures = guessing('::ffff:192.0.2.1');
    expect(() => failures.check('192.0.2.1', credentials('x'))).toThrow();
  });
});
