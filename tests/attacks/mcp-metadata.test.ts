import { afterAll, beforeEach, expect, it } from 'vitest';
import { type Discovery, type Document, resourcePath, serverPath, startDiscovery } from '../emulators/discovery.ts';
import { loopbackEgress } from '../support/mcp-world.ts';
import { tryDiscovering } from '../support/discovering.ts';

const egress = loopbackEgress();
afterAll(() => egress.close());

let there: Discovery;
beforeEach(async () => {
  there = await startDiscovery();
  return () => there.stop();
});

async function refusal(): Promise<string> {
  const found = await tryDiscovering(egress, there.serverUrl);
  if (found.ok) throw new Error('Somebody could sign in there.');
  return found.message;
}

it.each([
  ['another host', 'https://api.bank.example/mcp'],
  ['a path beside it', '/mcp-admin'],
  ['a path below it', '/mcp/admin'],
  ['nothing that is an address', 'mcp'],
])('tokens for %s are not asked for', async (_what, resource) => {
  const named = resource.startsWith('/') ? `${there.url}${resource}` : resource;
  there.put(resourcePath, { body: { resource: named, authorization_servers: [there.url] } });
  await refusal();
});

it.each([
  ['somebody else', (url: string) => ({ issuer: 'https://accounts.bank.example', url })],
  ['nearly the same', (url: string) => ({ issuer: `${url}/`, url })],
  ['something with a path more', (url: string) => ({ issuer: `${url}/tenant`, url })],
  ['nobody', () => ({ issuer: undefined })],
])('metadata of an authorization server that calls itself %s is that of another', async (_what, changes) => {
  there.alter(changes(there.url));
  await refusal();
});

it.each([
  ['none', undefined],
  ['an empty list', []],
  ['plain alone', ['plain']],
])('an authorization server with %s for PKCE is refused', async (_what, methods) => {
  there.alter({ code_challenge_methods_supported: methods });
  expect(await refusal()).toContain('PKCE');
});

it.each(['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint'])(
  'no credential goes to a %s without TLS, or with a password in it',
  async (endpoint) => {
    for (const address of [
      'http://auth.example.com/x',
      'https://ann:pw@auth.example.com/x',
      'ftp://auth.example.com',
    ]) {
      there.alter({ [endpoint]: address });
      await refusal();
    }
  },
);

it.each(['javascript:alert(1)', 'data:text/html,hi', 'https:', '', 7])(
  'nobody is sent to %j to sign in',
  async (authorization_endpoint) => {
    there.alter({ authorization_endpoint });
    await refusal();
  },
);

const page = '<!doctype html><title>Welcome</title><script>alert(1)</script>';

it.each<[string, string, Document]>([
  ['a page', serverPath, { body: page }],
  ['ten megabytes', serverPath, { body: { issuer: 'x'.repeat(10_000_000) } }],
  ['ten megabytes', resourcePath, { body: { resource: 'x'.repeat(10_000_000) } }],
  ['a list', serverPath, { body: [] }],
  ['null', serverPath, { body: 'null' }],
  ['null', resourcePath, { body: 'null' }],
  ['numbers', resourcePath, { body: { resource: 1 } }],
  ['deep brackets', serverPath, { body: '['.repeat(100_000) }],
])('%s in the place of metadata (at %s) is an answer, and repeated to nobody', async (_what, path, document) => {
  there.put(path, document);
  expect(await refusal()).not.toMatch(/<script>|xxx/);
});

it('an authorization server without codes is none for us', async () => {
  there.alter({ response_types_supported: ['token'] });
  await refusal();
  there.alter({ grant_types_supported: ['client_credentials'] });
  await refusal();
});
