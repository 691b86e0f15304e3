import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { covers } from '../../tests/support/covers.ts';
import { verifyWebhook, WebhookError } from './index.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const other = `whsec_${randomBytes(32).toString('base64')}`;
const body = JSON.stringify({ type: 'approval.requested', timestamp: '2026-01-31T09:30:00.000Z', data: { id: 'ü' } });

interface Signing {
  readonly by?: string;
  readonly id?: string;
  readonly at?: number;
  readonly text?: string;
}

/** Signs as Standard Webhooks 1.0 says, with Node's own crypto. */
function sign({ by = secret, id = 'msg_1', at = Date.now() / 1000, text = body }: Signing = {}) {
  const timestamp = String(Math.floor(at));
  const key = Buffer.from(by.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

const faultOf = async (verified: Promise<unknown>): Promise<string> =>
  verified.then(
    () => 'none',
    (error: unknown) => (error instanceof WebhookError ? error.fault : String(error)),
  );

describe('a webhook', () => {
  it('signed with the secret is its message, from headers of whatever kind', async () => {
    covers('sdk/webhooks');
    const headers = sign();
    const message = { id: 'msg_1', payload: { type: 'approval.requested', data: { id: 'ü' } } };
    expect(await verifyWebhook(body, headers, secret)).toMatchObject(message);
    expect(await verifyWebhook(new TextEncoder().encode(body), new Headers(headers), secret)).toMatchObject(message);
    const loud = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
    expect((await verifyWebhook(body, loud, secret)).sentAt.getTime()).toBeGreaterThan(Date.now() - 2_000);
  });

  it('is one of the standard’s own example', async () => {
    const example = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    expect(await faultOf(verifyWebhook('{"test": 2432232314}', headers, example))).toBe('timestamp');
    expect(await faultOf(verifyWebhook('{"test": 2432232315}', headers, example))).toBe('signature');
  });

  it('may be signed with several secrets, and checked with several', async () => {
    covers('sdk/webhooks');
    const two = {
      ...sign(),
      'webhook-signature': `${sign({ by: other })['webhook-signature']} v1a,xyz ${sign()['webhook-signature']}`,
    };
    await expect(verifyWebhook(body, two, secret)).resolves.toBeDefined();
    await expect(verifyWebhook(body, sign({ by: other }), [secret, other])).resolves.toBeDefined();
  });

  it.each([
    ['another secret', { by: other }, 'signature'],
    ['another body', { text: `${body} ` }, 'signature'],
    ['a time long ago', { at: Date.now() / 1000 - 301 }, 'timestamp'],
    ['a time to come', { at: Date.now() / 1000 + 302 }, 'timestamp'],
  ])('with %s is refused', async (_what, signing, fault) => {
    expect(await faultOf(verifyWebhook(body, sign(signing), secret))).toBe(fault);
  });

  it.each([
    ['no headers', {}, 'headers'],
    ['no signature of version 1', { ...sign(), 'webhook-signature': 'v1a,abc v2,abc' }, 'signature'],
    ['a signature that is no base64', { ...sign(), 'webhook-signature': 'v1,***' }, 'signature'],
    ['an empty signature', { ...sign(), 'webhook-signature': 'v1,' }, 'signature'],
    ['another id than was signed', { ...sign(), 'webhook-id': 'msg_2' }, 'signature'],
    [
      'another time than was signed',
      { ...sign(), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 9) },
      'signature',
    ],
    ['a time that is no number', { ...sign(), 'webhook-timestamp': '1e9' }, 'headers'],
    [
      'more signatures than anybody has',
      { ...sign(), 'webhook-signature': `${'v1,AAAA '.repeat(5_000)}` },
      'signature',
    ],
  ])('with %s is refused', async (_what, headers, fault) => {
    expect(await faultOf(verifyWebhook(body, headers, secret))).toBe(fault);
  });

  it.each(['', '[]', '{"data":{}}', '{"type":7}'])('with the body %j is refused though it is signed', async (text) => {
    expect(await faultOf(verifyWebhook(text, sign({ text }), secret))).toBe('body');
  });

  it.each(['', 'whsec_', 'whsec_***', 'short'])('cannot be checked with the secret %j', async (none) => {
    await expect(verifyWebhook(body, sign(), none)).rejects.toThrow(TypeError);
    await expect(verifyWebhook(body, sign(), [])).rejects.toThrow(WebhookError);
  });
});
