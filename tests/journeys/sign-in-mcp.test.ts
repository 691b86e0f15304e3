import { beforeAll, expect, it } from 'vitest';
import { type Acme, callback, confirm, goThrough, useAcme, type Visitor } from '../support/acme.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type ProtectedMcp, startProtectedMcp } from '../support/protected-mcp.ts';

describeOnDatabases('signing in to an MCP server (001)', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let admin: Visitor;
  let server: ProtectedMcp;

  beforeAll(async () => {
    server = await startProtectedMcp({ oidc: { redirectUris: [callback] } });
    acme = await startAcme(await migrated());
    admin = await acme.person('ADMIN');
    return async () => {
      await Promise.all([acme.oidc.stop(), server.stop()]);
    };
  });

  const add = async (name: string, endpoint = server.endpoint): Promise<string> => {
    const body = { name, transport: 'streamable-http', endpoint, auth_mode: 'mcp_oauth' };
    const added = await admin.call('POST /api/v1/integrations', body);
    expect(added.status, added.text).toBe(201);
    return String(added.body['id']);
  };
  const begin = async (id: string): Promise<string> => {
    const begun = await admin.call(`POST /api/v1/connections/${id}/oauth`);
    expect(begun.status, begun.text).toBe(200);
    return String(begun.body['oauthUrl']);
  };

  it('registers with its authorization server, signs in for that server alone, and lists its tools', async () => {
    covers('001/mcp-oauth-next', '001/servers-auth-mode', '004/oauth', '004/callback');
    const id = await add('Notes');
    const oauthUrl = await begin(id);
    const asked = new URL(oauthUrl);
    expect(asked.origin).toBe(server.oidc.issuer);
    expect(asked.searchParams.get('resource')).toBe(server.endpoint);
    const page = await goThrough(server, { browser: admin.browser, oauthUrl });
    expect(page.text).toContain('does not say');
    await confirm(admin.browser, page);
    const { body } = await admin.call(`GET /api/v1/connections/${id}`);
    expect(body).toMatchObject({ status: 'connected', account: null, scopes: expect.arrayContaining(['read']) });
    const tools = await admin.call(`GET /api/v1/integrations/${id}/tools`);
    expect(tools.text).toContain('echo');
    const called = await admin.call(`POST /api/v1/connections/${id}/tools/echo/call`, {
      arguments: { message: 'Hello' },
    });
    expect(called.text).toContain('Hello');
    expect(server.callers).toContain('ann');
  });

  it('that is no server to sign in to is a refusal in words, and the connection waits', async () => {
    covers('004/oauth-unasked');
    const id = await add('Elsewhere', `${acme.oidc.issuer}/nothing`);
    const begun = await admin.call(`POST /api/v1/connections/${id}/oauth`);
    expect([400, 502]).toContain(begun.status);
    expect((await admin.call(`GET /api/v1/connections/${id}`)).body).toMatchObject({ status: 'pending' });
  });

  it('moved elsewhere while somebody signs in counts for nothing there', async () => {
    covers('004/callback');
    const id = await add('Moving');
    const oauthUrl = await begin(id);
    const elsewhere = await startProtectedMcp();
    const moved = await admin.call(`PATCH /api/v1/integrations/${id}`, { endpoint: elsewhere.endpoint });
    expect(moved.status, moved.text).toBe(200);
    const page = await goThrough(server, { browser: admin.browser, oauthUrl });
    expect(page.text).toContain('changed or deleted');
    expect((await admin.call(`GET /api/v1/connections/${id}`)).body).toMatchObject({ status: 'pending' });
    await elsewhere.stop();
  });
});
