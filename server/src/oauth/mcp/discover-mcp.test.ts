import { afterAll, beforeEach, expect, it } from 'vitest';
import { type Discovery, resourcePath, serverPath, startDiscovery } from '../../../../tests/emulators/discovery.ts';
import { openEgress } from '../../../../tests/support/open-egress.ts';
import { discoverMcp, type McpDiscovery } from './discover-mcp.ts';

const egress = openEgress();
afterAll(() => egress.close());

let there: Discovery;
beforeEach(async () => {
  there = await startDiscovery();
  return () => there.stop();
});

async function discover(): Promise<McpDiscovery> {
  const door = { egress, loopback: true, signal: new AbortController().signal };
  const found = await discoverMcp(door, { serverUrl: there.serverUrl });
  if (!found.ok) throw new Error(found.message);
  return found;
}

it('finds the authorization server of an MCP server, and what is asked of it', async () => {
  const found = await discover();
  expect(found.kept).toEqual({
    issuer: there.url,
    issRequired: false,
    authorizationUrl: `${there.url}/authorize`,
    tokenUrl: `${there.url}/token`,
    revocationUrl: `${there.url}/revoke`,
    clientAuth: 'none',
    resource: there.serverUrl,
    offline: false,
  });
  expect(found).toMatchObject({ scopes: [], registration: 'dynamic', resource: there.serverUrl });
  expect(found.server).toMatchObject({ pkce: true, resource: there.serverUrl, issuer: there.url });
});

it('reads the metadata where the challenge says it is', async () => {
  const challenge = `Bearer resource_metadata="${there.url}/elsewhere.json", scope="a b"`;
  there.put('/mcp', { status: 401, headers: { 'www-authenticate': challenge }, body: {} });
  there.put('/elsewhere.json', { body: { resource: `${there.url}/mcp`, authorization_servers: [`${there.url}/as`] } });
  there.put(`${serverPath}/as`, { body: soundAt('/as') });
  const found = await discover();
  expect(found.kept.issuer).toBe(`${there.url}/as`);
  expect(found.scopes).toEqual(['a', 'b']);
  expect(there.requests.map(({ path }) => path)).not.toContain(resourcePath);
});

it('finds metadata at the root of the server too', async () => {
  there.put(resourcePath, undefined);
  there.put('/.well-known/oauth-protected-resource', {
    body: { resource: there.url, authorization_servers: [there.url] },
  });
  expect((await discover()).resource).toBe(there.url);
});

it('takes the server itself for its authorization server where nothing says otherwise', async () => {
  there.put(resourcePath, undefined);
  expect(await discover()).toMatchObject({ resource: there.serverUrl, kept: { issuer: there.url } });
});

it('takes a page where metadata was guessed at for none', async () => {
  there.put(resourcePath, { body: '<!doctype html><title>Welcome</title>' });
  expect((await discover()).kept.issuer).toBe(there.url);
});

it('reads the metadata of OpenID providers', async () => {
  there.put(serverPath, undefined);
  const more = {
    jwks_uri: `${there.url}/jwks`,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
  there.put('/.well-known/openid-configuration', { body: { ...soundAt(''), ...more } });
  expect((await discover()).kept.tokenUrl).toBe(`${there.url}/token`);
});

it('asks for what the resource names where the challenge says nothing', async () => {
  const body = {
    resource: `${there.url}/mcp`,
    authorization_servers: [there.url],
    scopes_supported: ['read', 'read', 'two words', 'write'],
  };
  there.put(resourcePath, { body });
  expect((await discover()).scopes).toEqual(['read', 'write']);
});

it('asks for offline access only where the authorization server knows it, and then for consent', async () => {
  const body = { resource: `${there.url}/mcp`, authorization_servers: [there.url], scopes_supported: ['read'] };
  there.put(resourcePath, { body });
  there.alter({ scopes_supported: ['read', 'offline_access'] });
  const found = await discover();
  expect(found.scopes.toSorted()).toEqual(['offline_access', 'read']);
  expect(found.server.authorization.params).toEqual({ prompt: 'consent' });
});

it('says whether iss must come back with the code', async () => {
  there.alter({ authorization_response_iss_parameter_supported: true });
  expect((await discover()).server.issRequired).toBe(true);
});

it('knows who takes client metadata documents, and who takes nobody by itself', async () => {
  there.alter({ client_id_metadata_document_supported: true });
  expect((await discover()).registration).toBe('metadata');
  there.alter({ registration_endpoint: undefined });
  expect((await discover()).registration).toBe('none');
});

function soundAt(path: string): Readonly<Record<string, unknown>> {
  const url = `${there.url}${path}`;
  return {
    issuer: url,
    authorization_endpoint: `${there.url}/authorize`,
    token_endpoint: `${there.url}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  };
}
