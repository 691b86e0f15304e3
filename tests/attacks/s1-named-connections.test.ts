import { beforeAll, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { listen } from '../emulators/listen.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { connectedNamed } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** What a server was sent that it must not have been. */
interface Listener {
  readonly url: string;
  readonly heard: string[];
}

const token = 'a-token-for-one-server';
const header = 'a-header-for-one-server';

const crm = (id: string, { api, probe }: { readonly api: string; readonly probe: string }) => `
schema: 1
id: ${id}
name: Customers
version: 1.0.0
description: A customer database at one fixed address.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: token, label: Token, secret: true }
auth: { scheme: bearer, token: '\${field.token}' }
verify: { kind: http, url: '${probe}/me' }
http: { base_url: '${api}/v1' }
tools:
  - name: read
    label: Read
    description: Reads what there is to read.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /read }
`;

describeOnDatabases('S1: the secrets of a named connection', ({ migrated }) => {
  let plugboard: Plugboard;
  let named: Listener;
  let listed: Listener;
  let evil: Listener;

  beforeAll(async () => {
    const servers = await Promise.all([start(), start(), start()]);
    [named, listed, evil] = servers;
    const folder = catalogFolder({
      crm: crm('crm', { api: listed.url, probe: `${listed.url}/v1` }),
      'crm-apart': crm('crm-apart', { api: listed.url, probe: `${evil.url}/v1` }),
    });
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    return () => Promise.all(servers.map((server) => server.stop()));
  });

  const wish = () => ({
    name: 'Staging',
    security: { authMethod: 'bearer', token },
    headers: { 'X-Tenant': header },
    target_system_servers: [{ url: `${named.url}/v1` }],
  });
  const read = (id: string, tool = 'read') =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/${tool}/call`, { body: {} });
  const retarget = (id: string, url: string) =>
    loose(plugboard.app.storage.writer)
      .updateTable('connections')
      .set({ settings: JSON.stringify({ servers: [{ url }] }) })
      .where('id', '=', id)
      .execute();

  it.each(['crm', 'crm-apart'])('go to the server that was named alone, never to those of %s', async (connector) => {
    covers('000/connect-servers-sealed', '000/connect-servers');
    const id = await connectedNamed(plugboard, connector, wish());
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
    expect(named.heard.at(-1)).toContain(token);
    expect(named.heard.at(-1)).toContain(header);
    expect([...listed.heard, ...evil.heard]).toEqual([]);
  });

  it('go nowhere once the server was changed without them', async () => {
    covers('000/connect-servers-sealed');
    const id = await connectedNamed(plugboard, 'crm', wish());
    await retarget(id, `${evil.url}/v1`);
    expect((await read(id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(evil.heard).toEqual([]);
  });

  it('do not follow when other secrets are submitted for another server', async () => {
    covers('000/connect-servers-sealed');
    const id = await connectedNamed(plugboard, 'crm', wish());
    await retarget(id, `${evil.url}/v1`);
    const body = { fields: { token: 'a-token-for-the-other-server' } };
    await plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body });
    await read(id);
    expect(evil.heard.join()).toContain('a-token-for-the-other-server');
    expect(evil.heard.join()).not.toContain(token);
    expect(evil.heard.join()).not.toContain(header);
  });

  it('that are headers alone are kept from another MCP server, too', async () => {
    covers('000/connect-servers-sealed');
    const [home, elsewhere] = await Promise.all([startEchoMcp(), startEchoMcp()]);
    const id = await connectedNamed(plugboard, 'everything', {
      name: 'Echo',
      headers: { 'X-Tenant': header },
      target_system_servers: [{ url: home.endpoint }],
    });
    expect(home.requests[0]?.headers).toMatchObject({ 'x-tenant': header });
    await retarget(id, elsewhere.endpoint);
    expect((await read(id, 'tell_headers')).body).not.toMatchObject({ status: 'ok' });
    expect(elsewhere.requests).toEqual([]);
    await Promise.all([home.stop(), elsewhere.stop()]);
  });

  it('stay behind where the server redirects', async () => {
    const astray = await listen((request, response) => {
      const isCheck = request.url?.endsWith('/me') === true;
      response.writeHead(isCheck ? 200 : 307, { location: `${evil.url}/v1/read` }).end('{}');
    });
    const before = evil.heard.length;
    const id = await connectedNamed(plugboard, 'crm', {
      ...wish(),
      target_system_servers: [{ url: `${astray.url}/v1` }],
    });
    await read(id);
    const heard = evil.heard.slice(before).join();
    expect(heard).not.toContain(token);
    expect(heard).not.toContain(header);
    await astray.stop();
  });
});

async function start() {
  const heard: string[] = [];
  const server = await listen((request, response) => {
    heard.push(`${request.url} ${JSON.stringify(request.headers)}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"read":true}');
  });
  return { ...server, heard };
}
