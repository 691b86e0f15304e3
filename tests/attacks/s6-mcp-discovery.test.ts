import { afterAll, beforeEach, expect, it } from 'vitest';
import { createEgress } from '../../server/src/egress/create-egress.ts';
import { type Discovery, resourcePath, startDiscovery } from '../emulators/discovery.ts';
import { loopbackEgress } from '../support/mcp-world.ts';
import { discovering, tryDiscovering } from '../support/discovering.ts';

const egress = loopbackEgress();
afterAll(() => egress.close());

let there: Discovery;
beforeEach(async () => {
  there = await startDiscovery();
  return () => there.stop();
});

/** The addresses of this network that somebody out there would like us to ask. */
const inside = [
  'https://169.254.169.254/',
  'https://metadata.google.internal',
  'https://10.0.0.7',
  'https://[::ffff:10.0.0.7]/',
  'https://192.168.1.1:8443',
  'http://10.0.0.7',
];

it.each(inside)('an MCP server names %s as who signs people in: nothing is asked there', async (issuer) => {
  there.put(resourcePath, { body: { resource: there.serverUrl, authorization_servers: [issuer] } });
  expect((await tryDiscovering(egress, there.serverUrl)).ok).toBe(false);
});

it.each(inside)('a challenge names metadata at %s: nothing is asked there', async (address) => {
  const headers = { 'www-authenticate': `Bearer resource_metadata="${address}"` };
  there.put('/mcp', { status: 401, headers, body: {} });
  expect((await tryDiscovering(egress, there.serverUrl)).ok).toBe(false);
});

it.each(['token_endpoint', 'authorization_endpoint', 'registration_endpoint', 'revocation_endpoint'])(
  'an authorization server has its %s inside: nobody signs in there',
  async (endpoint) => {
    for (const address of inside) {
      there.alter({ [endpoint]: address });
      expect((await tryDiscovering(egress, there.serverUrl)).ok, address).toBe(false);
    }
  },
);

it('a server out there names this machine: that is for servers on this machine alone', async () => {
  const victim = await startDiscovery();
  const { port } = new URL(there.url);
  const outside = createEgress({
    allow: ['mcp.example.com'],
    ownAddresses: { host: '127.0.0.1', port: 1, publicUrl: 'http://127.0.0.1:1' },
    resolver: async () => [{ address: '127.0.0.1', ttl: 60 }],
  });
  const serverUrl = `http://mcp.example.com:${port}/mcp`;
  for (const issuer of [
    victim.url,
    victim.url.replace('http:', 'https:'),
    victim.url.replace('127.0.0.1', 'localhost'),
  ]) {
    there.put(resourcePath, { body: { resource: serverUrl, authorization_servers: [issuer] } });
    expect((await tryDiscovering(outside, serverUrl)).ok, issuer).toBe(false);
  }
  expect(there.requests.length).toBeGreaterThan(0);
  expect(victim.requests).toEqual([]);
  await outside.close();
  await victim.stop();
});

it('metadata that redirects elsewhere is not followed there', async () => {
  const victim = await startDiscovery();
  for (const path of [resourcePath, '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])
    there.put(path, { status: 302, headers: { location: `${victim.url}${path}` } });
  expect((await tryDiscovering(egress, there.serverUrl)).ok).toBe(false);
  expect(victim.requests).toEqual([]);
  await victim.stop();
});

it('a server on this machine may name one on this machine', async () => {
  expect((await discovering(egress, there.serverUrl)).loopback).toBe(true);
});
