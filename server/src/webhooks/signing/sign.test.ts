import { describe, expect, it } from 'vitest';
import { Secret } from '../../lib/secret.ts';
import { newWebhookSecret, signatureHeaders } from './sign.ts';

/** As the specification's own libraries test it. */
const published = {
  secret: new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
  signed: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

describe('a signature', () => {
  it('is the one that the specification gives for its example', () => {
    expect(signatureHeaders([published.secret], published.signed)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': published.signature,
    });
  });

  it('is there once for each secret, with a space between', () => {
    const another = newWebhookSecret();
    const { 'webhook-signature': both = '' } = signatureHeaders([published.secret, another], published.signed);
    const { 'webhook-signature': second = '' } = signatureHeaders([another], published.signed);
    expect(both).toBe(`${published.signature} ${second}`);
    expect(second).not.toBe(published.signature);
  });

  it.each(['id', 'timestamp', 'body'] as const)('is another one for another %s', (part) => {
    const changed = { ...published.signed, [part]: part === 'timestamp' ? 1 : 'another' };
    expect(signatureHeaders([published.secret], changed)['webhook-signature']).not.toBe(published.signature);
  });
});

describe('a new secret', () => {
  it('is 32 random bytes, and prints as nothing', () => {
    const secrets = Array.from({ length: 50 }, newWebhookSecret);
    const [first] = secrets;
    expect(first?.reveal()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(new Set(secrets.map((secret) => secret.reveal())).size).toBe(50);
    expect(`${first} ${JSON.stringify({ first })}`).toBe('[secret] {"first":"[secret]"}');
  });
});
