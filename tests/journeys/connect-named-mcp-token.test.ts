import { beforeAll, expect, it } from 'vitest';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { signInToMcp } from '../support/mcp-sign-in.ts';
import { connectNamed, settled } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type ProtectedMcp, startProtectedMcp } from '../support/protected-mcp.ts';

const hourMs = 3_600_000;

describeOnDatabases('a token of an MCP server that is imported (000.1)', ({ migrated }) => {
  let server: ProtectedMcp;
  let plugboard: Plugboard;
  const clock = heldClock();

  beforeAll(async () => {
    server = await startProtectedMcp();
    const manifest = `
schema: 1
id: echoes
name: Echoes
version: 1.0.0
description: A server behind OAuth.
category: testing
auth_mode: mcp_oauth
brand_color: '#000000'
verify: { kind: mcp }
mcp: { transport: streamable-http, url: '${server.endpoint}' }
`;
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [catalogFolder({ echoes: manifest })], clock });
    return () => server.stop();
  });

  /** A token as another program would have been handed it, with its own client. */
  const newToken = async () => {
    const { storage, vault, egress, config } = plugboard.app;
    const db = storage.workspace(plugboard.workspaceId);
    const world = { db, vault, egress, clock, publicUrl: config.publicUrl };
    const browse = (address: string) => server.oidc.signIn(address);
    const { tokens, found } = await signInToMcp(world, { serverUrl: server.endpoint, browse });
    return {
      access_token: tokens.accessToken.reveal(),
      refresh_token: tokens.refreshToken?.reveal(),
      expires_in: 3_600,
      client_id: found.client.clientId,
      client_secret: found.client.clientSecret?.reveal(),
    };
  };

  it('lets its tools be called, and is renewed at the authorization server that the MCP server names', async () => {
    covers('000/connect-import');
    const security = { authMethod: 'oauth2', oauth2Token: await newToken() };
    const record = await settled(plugboard, await connectNamed(plugboard, 'echoes', { name: 'Echoes', security }));
    expect(record).toMatchObject({ status: 'connected', authType: 'oauth' });
    const echo = async () => {
      const path = `POST /api/v1/connections/${String(record['id'])}/tools/echo/call`;
      return (await plugboard.call(path, { body: { arguments: { message: 'hello' } } })).body;
    };
    expect(await echo()).toMatchObject({ status: 'ok' });
    const before = server.oidc.ledger.length;
    for (let round = 1; round <= 2; round += 1) {
      clock.forward(hourMs);
      expect(await echo()).toMatchObject({ status: 'ok' });
      expect(server.oidc.ledger.slice(before)).toHaveLength(round);
    }
    expect(server.oidc.ledger.slice(before)).toMatchObject([
      { grant: 'refresh_token', ok: true, resource: server.endpoint },
      { grant: 'refresh_token', ok: true, resource: server.endpoint },
    ]);
    expect(server.callers).toEqual(['ann', 'ann', 'ann']);
  });
});
