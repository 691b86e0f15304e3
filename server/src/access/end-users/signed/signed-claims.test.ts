import { describe, expect, it } from 'vitest';
import { type Circumstances, claimsHold, readClaims, type SignedType } from './signed-claims.ts';

const audience = 'https://plugboard.example';
const now = 1_900_000_000_000;
const at = now / 1_000;
const iss = '0190a2b4-0000-7000-8000-000000000000';
const good = { iss, aud: audience, sub: 'u_1', iat: at, exp: at + 600 };

const holds = (changes: object, typ: SignedType = 'plugboard-user+jwt', more: Partial<Circumstances> = {}) => {
  const claims = readClaims({ ...good, ...changes });
  return claims !== undefined && claimsHold(claims, { typ, audience, now, ...more });
};

describe('what an app signs', () => {
  it.each<readonly [what: string, changes: object]>([
    ['as it should be', {}],
    ['with us as its only audience in a list', { aud: [audience] }],
    ['for an hour', { exp: at + 3_600 }],
    ['by a clock that is a minute ahead', { iat: at + 60, nbf: at + 60 }],
    ['with everything else it may say', { jti: 'a', end_user: { name: 'Ada', email: 'ada@example.com' }, other: 1 }],
    ['with connectors, connections and metadata', { connectors: [], connections: [iss], metadata: { plan: 'pro' } }],
  ])('holds %s', (_what, changes) => {
    expect(holds(changes)).toBe(true);
  });

  it.each<readonly [what: string, changes: object]>([
    ['for somebody else', { aud: 'https://other.example' }],
    ['for somebody else beside us', { aud: [audience, 'https://other.example'] }],
    ['for us with a slash more', { aud: `${audience}/` }],
    ['for nobody', { aud: undefined }],
    ['for an empty list', { aud: [] }],
    ['by no key set', { iss: 'https://app.example' }],
    ['by nobody', { iss: undefined }],
    ['of nobody', { sub: undefined }],
    ['of an empty name', { sub: '' }],
    ['of a name that is too long', { sub: 'u'.repeat(201) }],
    ['of a name with a control character', { sub: 'u\u0000' }],
    ['of a name that no address can have', { sub: '..' }],
    ['of a number', { sub: 1 }],
    ['that is over', { iat: at - 600, exp: at }],
    ['without an end', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['for longer than an hour', { exp: at + 3_601 }],
    ['for longer than an hour, begun long ago', { iat: at - 3_600, exp: at + 1 }],
    ['that ends before it begins', { iat: at + 30, exp: at + 20 }],
    ['by a clock that is far ahead', { iat: at + 61, exp: at + 600 }],
    ['that has not begun', { nbf: at + 61 }],
    ['with a text for a time', { exp: `${at + 600}` }],
    ['with a list that is none', { connectors: 'github' }],
    ['with a connection that is no id', { connections: ['github'] }],
    ['with metadata that are no texts', { metadata: { plan: 1 } }],
    ['with metadata beyond measure', { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, 'a'])) }],
    ['with an end user that is a text', { end_user: 'Ada' }],
  ])('does not hold %s', (_what, changes) => {
    expect(holds(changes)).toBe(false);
  });

  it('holds for a link ten minutes at most, and with an id of its own', () => {
    expect(holds({ jti: 'once' }, 'plugboard-link+jwt')).toBe(true);
    expect(holds({}, 'plugboard-link+jwt')).toBe(false);
    expect(holds({ jti: '' }, 'plugboard-link+jwt')).toBe(false);
    expect(holds({ jti: 'once', exp: at + 601 }, 'plugboard-link+jwt')).toBe(false);
  });

  it.each([undefined, null, 'text', 1, []])('%j are no claims', (payload) => {
    expect(readClaims(payload)).toBeUndefined();
  });
});
