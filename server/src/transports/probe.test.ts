import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEchoMcp } from '../../../tests/emulators/echo-mcp.ts';
import { gitlabTokens } from '../../../tests/emulators/gitlab/ledger.ts';
import { type GitlabEmulator, startGitlab } from '../../../tests/emulators/gitlab.ts';
import { openEgress } from '../../../tests/support/open-egress.ts';
import { noSqlite } from '../../../tests/support/sql-call.ts';
import type { Verify } from '../catalog/connector.ts';
import { systemClock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import { noLocalServers } from './mcp/stdio/open-local-servers.ts';
import { type Probe, type ProbeResult, runProbe } from './probe.ts';

const egress = openEgress();
let gitlab: GitlabEmulator;
beforeAll(async () => {
  gitlab = await startGitlab();
});
afterAll(async () => {
  await gitlab.stop();
  await egress.close();
});

const verify: Verify = {
  kind: 'http',
  method: 'GET',
  url: '${field.base_url}/api/v4/user',
  headers: {},
  expect_status: [200],
  expect_json: [{ path: 'username', exists: true }],
  account: 'username',
  message: 'message',
};

function probe(token: string, more: Partial<Probe> = {}): Promise<ProbeResult> {
  return runProbe({
    connector: { verify, mcp: undefined, derived: {}, source: 'built-in' },
    config: { base_url: gitlab.url },
    secrets: { token: new Secret(token) },
    attachment: { headers: { authorization: new Secret(`Bearer ${token}`) }, query: {} },
    publicUrl: 'http://localhost',
    egress,
    clock: systemClock,
    localServers: noLocalServers,
    sqlite: noSqlite,
    workspaceId: 'w',
    loopback: false,
    signal: new AbortController().signal,
    ...more,
  });
}

it('tells whose account it is', async () => {
  expect(await probe(gitlabTokens.valid)).toEqual({ ok: true, identity: 'ann' });
});

it("tells a refusal in the provider's words", async () => {
  expect(await probe('wrong-token')).toEqual({
    ok: false,
    message: 'The provider answered 401: 401 Unauthorized',
    unproven: true,
  });
});

it('fails closed where the answer does not say what is expected', async () => {
  const claims = { ...verify, expect_json: [{ path: 'admin', equals: true }] };
  const found = await probe(gitlabTokens.valid, {
    connector: { verify: claims, mcp: undefined, derived: {}, source: 'built-in' },
  });
  expect(found).toMatchObject({ ok: false, message: expect.stringMatching(/^The provider did not accept the values/) });
});

it.each(['unavailable', 'rate_limit', 'reset'] as const)(
  'blames the provider, not the values, for: %s',
  async (how) => {
    gitlab.next(how);
    expect(await probe(gitlabTokens.valid)).toMatchObject({ unreachable: true });
  },
);

it('refuses what our own rules refuse', async () => {
  expect(await probe(gitlabTokens.valid, { config: { base_url: 'http://169.254.169.254' } })).toMatchObject({
    ok: false,
  });
});

it('puts nothing in its message that was submitted', async () => {
  gitlab.next('echo');
  const found = await probe('glp-77');
  expect(JSON.stringify(found)).toContain('[redacted]');
  expect(JSON.stringify(found)).not.toContain('glp-77');
});

it('needs no answer where there is nothing to verify', async () => {
  expect(
    await probe('x', { connector: { verify: undefined, mcp: undefined, derived: {}, source: 'built-in' } }),
  ).toEqual({
    ok: true,
    identity: null,
  });
});

it('really connects to an MCP server, and brings its tools', async () => {
  const server = await startEchoMcp({ token: 'token-0123456789' });
  const mcp = { transport: 'streamable-http', url: '${field.url}/mcp', headers: {} } as const;
  const connector = { verify: { kind: 'mcp' } as const, mcp, derived: {}, source: 'built-in' as const };
  const config = { url: server.url };
  const found = await probe('token-0123456789', { connector, config });
  expect(found).toMatchObject({ ok: true, identity: null });
  expect('tools' in found && found.tools?.map(({ name }) => name)).toContain('echo');
  expect(await probe('wrong-0123456789', { connector, config })).toMatchObject({
    ok: false,
    message: expect.stringContaining('401'),
  });
  await server.stop();
});
