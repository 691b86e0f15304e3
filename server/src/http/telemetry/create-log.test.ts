import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../lib/secret.ts';
import { createLog, withoutCredentials } from './create-log.ts';

const secret = 'pb_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';

function logged(entry: object): string {
  const lines: string[] = [];
  const destination = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) });
  createLog({ destination }).info(entry, 'something happened');
  return lines.join('');
}

describe('the log', () => {
  it.each([
    { authorization: `Bearer ${secret}` },
    { headers: { 'x-api-key': secret, cookie: `session=${secret}` } },
    { req: { method: 'GET', url: `/x?token=${secret}`, headers: { authorization: secret } } },
    { answer: { 'set-cookie': secret } },
    { url: `https://user:${secret}@example.com/callback?state=${secret}&code=${secret}` },
    {
      err: new Error(`GET https://example.com/?access_token=${secret} failed with Bearer ${secret}`, {
        cause: new Error(secret),
      }),
    },
    { anything: new Secret(secret) },
  ])('never shows a credential: %j', (entry) => {
    expect(logged(entry)).not.toContain(secret);
  });

  it('shows an error with its stack and cause, but no property that may quote a value', () => {
    const line = logged({
      err: Object.assign(new Error('broken', { cause: new Error('deeper') }), { detail: 'Key (email)=(a@b.c)' }),
    });
    expect(line).toContain('broken');
    expect(line).toContain('deeper');
    expect(line).toContain('create-log.test.ts');
    expect(line).not.toContain('a@b.c');
  });

  it('leaves other text alone', () => {
    expect(withoutCredentials('the state of the code is fine: /a?status=ok&page=2')).toBe(
      'the state of the code is fine: /a?status=ok&page=2',
    );
  });
});
