import { describe, expect, it } from 'vitest';
import { covers } from '../../../../../tests/support/covers.ts';
import type { Field } from '../../../catalog/connector.ts';
import { fieldSchema } from '../../../catalog/format/field.ts';
import { areNamed } from './app-origins.ts';
import { namedOrigins } from './named-origins.ts';

const field = (wish: object): Field => fieldSchema.parse({ label: 'Field', ...wish });
const region = field({
  key: 'region',
  choices: [
    { value: 'eu', label: 'Europe' },
    { value: 'us', label: 'America' },
  ],
});
const fields = [
  region,
  field({ key: 'base_url', type: 'url', default: 'https://gitlab.com' }),
  field({ key: 'tenant' }),
  field({ key: 'host' }),
  field({ key: 'key', secret: true, default: 'hidden' }),
];
const derived = { api: 'https://${field.region}.example.com' };

describe('the origins a manifest names by itself', () => {
  it.each([
    ['https://auth.example.com/token', ['https://auth.example.com']],
    ['${field.base_url}/oauth/token', ['https://gitlab.com']],
    [
      'https://${field.region}.example.com/token',
      ['https://*.example.com', 'https://eu.example.com', 'https://us.example.com'],
    ],
    ['${derived.api}/token', ['https://eu.example.com', 'https://us.example.com']],
    ['https://${field.tenant}.example.com/token', ['https://*.example.com']],
    ['https://${field.tenant}.example.com:8443/token', ['https://*.example.com:8443']],
    ['https://${field.host}/token', []],
    ['https://${field.host}.com/token', []],
    ['https://example.${field.tenant}.com/token', []],
    ['http://${field.tenant}.example.com/token', []],
    ['https://${field.key}/token', []],
  ])('in %s', (address, origins) => {
    covers('apps/named-addresses');
    expect(namedOrigins({ derived, fields }, [address, undefined])).toEqual(origins);
  });
});

describe('an origin', () => {
  const named = ['https://*.example.com', 'https://auth.example.net'];

  it.each(['https://acme.example.com', 'https://eu.acme.example.com', 'https://auth.example.net'])(
    '%s is among those named',
    (origin) => {
      expect(areNamed([origin], named)).toBe(true);
    },
  );

  it.each([
    'https://example.com',
    'https://.example.com',
    'https://evil-example.com',
    'https://example.com.evil.net',
    'https://acme.example.com:444',
    'http://acme.example.com',
    'https://evil.auth.example.net',
    'https://auth.example.net:8443',
  ])('%s is not', (origin) => {
    covers('apps/named-addresses');
    expect(areNamed([origin], named)).toBe(false);
    expect(areNamed(['https://auth.example.net', origin], named)).toBe(false);
  });

  it('that is no address at all is not', () => {
    expect(areNamed(undefined, named)).toBe(false);
  });
});
