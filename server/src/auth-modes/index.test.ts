import { expect, it } from 'vitest';
import type { AuthScheme } from '../catalog/connector.ts';
import { Secret } from '../lib/secret.ts';
import type { Attachment } from '../transports/attachment.ts';
import { attach } from './index.ts';

const secrets = { token: new Secret('t0ken'), password: new Secret('pä:ss') };
const config = { user: 'ann', header: 'X-Api-Key' };

function attached(auth: AuthScheme, derived: Record<string, string> = {}): unknown {
  return revealed(attach({ auth, derived }, { config, secrets }));
}

function revealed({ headers, query }: Attachment): unknown {
  const clear = (layer: Readonly<Record<string, Secret>>) =>
    Object.fromEntries(Object.entries(layer).map(([name, value]) => [name, value.reveal()]));
  return { headers: clear(headers), query: clear(query) };
}

const nothing = { headers: {}, query: {} };

it('attaches nothing where no proof is needed', () => {
  expect(attached({ scheme: 'none' })).toEqual(nothing);
});

it('attaches a bearer token', () => {
  expect(attached({ scheme: 'bearer', token: '${field.token}' })).toEqual({
    headers: { authorization: 'Bearer t0ken' },
    query: {},
  });
});

it('attaches user and password in UTF-8', () => {
  expect(attached({ scheme: 'basic', username: '${field.user}/x', password: '${field.password}' })).toEqual({
    headers: { authorization: `Basic ${Buffer.from('ann/x:pä:ss').toString('base64')}` },
    query: {},
  });
});

it('attaches a user name without a password where the manifest says so', () => {
  expect(attached({ scheme: 'basic', username: '${field.token}', password: '' })).toEqual({
    headers: { authorization: `Basic ${Buffer.from('t0ken:').toString('base64')}` },
    query: {},
  });
});

it('attaches keys to headers and the query, under names that fields may choose', () => {
  const keys = [
    { in: 'header', name: '${field.header}', value: 'Key ${field.token}' },
    { in: 'query', name: 'key', value: '${derived.both}' },
  ] as const;
  expect(attached({ scheme: 'api_key', keys: [...keys] }, { both: '${field.user}-${field.token}' })).toEqual({
    headers: { 'x-api-key': 'Key t0ken' },
    query: { key: 'ann-t0ken' },
  });
});

it.each<AuthScheme>([
  { scheme: 'bearer', token: '${field.absent}' },
  { scheme: 'basic', username: '${field.user}', password: '${field.absent}' },
  { scheme: 'basic', username: '', password: '' },
  { scheme: 'api_key', keys: [{ in: 'header', name: 'x-key', value: '${field.absent}' }] },
])('attaches nothing where the secret is optional and absent: %j', (auth) => {
  expect(attached(auth)).toEqual(nothing);
});

it('holds every value as a secret', () => {
  const attachment = attach({ auth: { scheme: 'bearer', token: '${field.token}' }, derived: {} }, { config, secrets });
  expect(JSON.stringify(attachment)).not.toContain('t0ken');
});
