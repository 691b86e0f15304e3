import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicKeyOf, readSigningKeys } from './signing-keys.ts';

const ed25519 = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: 'ed' };
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const es256 = { ...p256.publicKey.export({ format: 'jwk' }), kid: 'es' };
const rsa = (modulusLength: number, publicExponent = 65_537) => ({
  ...generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' }),
  kid: `rsa ${modulusLength}`,
});
const rs256 = rsa(2048);

describe('the keys of a set', () => {
  it('are kept with what makes them and nothing else, each for the one algorithm it is for', () => {
    const more = { use: 'sig', key_ops: ['verify'], x5u: 'https://evil.example', note: 'ours' };
    const read = readSigningKeys({
      keys: [{ ...ed25519, ...more }, { ...es256, alg: 'ES256' }, rs256, { ...ed25519, kid: '4', alg: 'Ed25519' }],
    });
    expect(read).toEqual({
      keys: [
        { kid: 'ed', alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519', x: ed25519.x },
        { kid: 'es', alg: 'ES256', kty: 'EC', crv: 'P-256', x: es256.x, y: es256.y },
        { kid: rs256.kid, alg: 'RS256', kty: 'RSA', n: rs256.n, e: rs256.e },
        { kid: '4', alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519', x: ed25519.x },
      ],
    });
    if ('keys' in read) expect(read.keys.map((key) => publicKeyOf(key).type)).toEqual(Array(4).fill('public'));
  });

  it.each<readonly [what: string, keys: readonly Readonly<Record<string, unknown>>[], says: string]>([
    ['none', [], '1 to 10'],
    ['eleven', Array.from({ length: 11 }, (_, n) => ({ ...ed25519, kid: `${n}` })), '1 to 10'],
    ['two of one name', [ed25519, { ...es256, kid: 'ed' }], 'kid of another'],
    ['no name', [{ ...ed25519, kid: undefined }], '"kid"'],
    ['an empty name', [{ ...ed25519, kid: '' }], '"kid"'],
    ['a name of two lines', [{ ...ed25519, kid: 'a\nb' }], '"kid"'],
    ['one for encryption', [{ ...ed25519, use: 'enc' }], 'not for signing'],
    ['a shared secret', [{ kty: 'oct', kid: 'o', k: 'c2VjcmV0' }], 'burnt'],
    ['a shared secret without its value', [{ kty: 'oct', kid: 'o' }], 'none of the keys'],
    ['another curve', [{ ...es256, crv: 'P-384' }], 'none of the keys'],
    ['Ed448', [{ ...ed25519, crv: 'Ed448' }], 'none of the keys'],
    ['a key for agreement', [{ ...ed25519, crv: 'X25519' }], 'none of the keys'],
    ['another algorithm than its own', [{ ...rs256, alg: 'PS256' }], 'none of the keys'],
    ['the algorithm of another key', [{ ...es256, alg: 'EdDSA' }], 'none of the keys'],
    ['a shared algorithm', [{ ...rs256, alg: 'HS256' }], 'none of the keys'],
    ['half a point', [{ ...es256, y: undefined }], 'none of the keys'],
    ['no point of the curve', [{ ...es256, y: es256.x }], 'cannot be read'],
    ['a weak RSA key', [rsa(1024)], '2048'],
    ['a small exponent', [rsa(2048, 3)], '65537'],
    ['no key', [{ kid: 'a' }], 'none of the keys'],
  ])('are refused: %s', (_what, keys, says) => {
    expect(readSigningKeys({ keys })).toEqual({ refused: expect.stringContaining(says) });
  });

  it('that are private are refused as burnt, without being repeated', () => {
    const pairs = [
      generateKeyPairSync('ed25519').privateKey,
      p256.privateKey,
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    ];
    for (const pair of pairs) {
      const jwk = { ...pair.export({ format: 'jwk' }), kid: 'a' };
      const read = readSigningKeys({ keys: [jwk] });
      expect(read).toEqual({ refused: expect.stringMatching(/private member "d"\. This key is burnt/) });
      expect(JSON.stringify(read)).not.toContain(jwk.d);
    }
    for (const member of ['p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
      expect(readSigningKeys({ keys: [{ ...rs256, [member]: 'x' }] })).toEqual({
        refused: expect.stringContaining(`"${member}"`),
      });
  });
});
