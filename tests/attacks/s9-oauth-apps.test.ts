import { beforeAll, expect, it } from 'vitest';
import type { Connector } from '../../server/src/catalog/connector.ts';
import { tokenAnswerSchema } from '../../server/src/catalog/format/oauth.ts';
import { ownConnector } from '../../server/src/catalog/own-connectors.ts';
import { redirectConnector } from '../../server/src/catalog/meant/redirect.ts';
import { findConnector } from '../../server/src/connections/connector-of.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { type ClientWish, findOauthClient } from '../../server/src/oauth/apps/find-oauth-client.ts';
import type { OauthServer, TokenLeg } from '../../server/src/oauth/oauth-server.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const evil = 'https://evil.example.net';
const adminKey = new Secret('pb_a-key-that-outlives-every-instance');
const environment = { clientId: 'of-the-installation', clientSecret: new Secret('the-secret-of-the-installation') };

/** A forge that people run themselves: everything of it is where its address says. */
const forge = (id: string, token = '${field.base_url}/oauth/token') => `
schema: 1
id: ${id}
name: Forge
version: 1.0.0
description: A forge whose address is a field of the connection.
category: testing
auth_mode: byo_oauth
brand_color: '#000000'
fields:
  - { key: base_url, label: Address, type: url, required: false, default: 'https://forge.example.com' }
  - { key: tenant, label: Tenant, required: false }
oauth: { authorization_url: '\${field.base_url}/oauth/authorize', token_url: '${token}' }
http: { base_url: '\${field.base_url}/api' }
tools:
  - name: read
    label: Read
    description: Reads what there is to read.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /read }
`;
const usual = { base_url: 'https://forge.example.com' };
const tenants = 'https://${field.tenant}.forge.example.com/token';

describeOnDatabases('S9: the OAuth app that others set up', ({ migrated }) => {
  let database: DatabaseConfig;
  let plugboard: Plugboard;

  beforeAll(async () => {
    database = await migrated();
    plugboard = await start({ forge: forge('forge'), tenants: forge('tenants', tenants), google: forge('google') });
  });

  const start = (manifests: Readonly<Record<string, string>>) => {
    const ids = ['google-calendar', 'github', 'forge', 'tenants', 'mcp', 'linear-mcp', 'google-calender'];
    const oauthApps = new Map(ids.map((id) => [id, environment]));
    return startPlugboard(database, { adminKey, oauthApps, catalogDirs: [catalogFolder(manifests)] });
  };
  const clientFor = ({ app, workspaceId }: Plugboard, connector: Connector, wish: Partial<ClientWish> = {}) => {
    const looking = { ...app, db: app.storage.workspace(workspaceId) };
    return findOauthClient(looking, connector, { config: {}, ...wish });
  };
  const listed = (id: string): Connector => {
    const connector = plugboard.app.catalog.find(id);
    if (connector === undefined) throw new Error(`${id} is not in the catalog.`);
    return connector;
  };
  const ofEnvironment = { client: environment, source: 'environment' };
  const refused = { missing: expect.stringMatching(/other addresses|is not configured/) };

  it('is used for the connector it is for, at its own addresses', async () => {
    covers('apps/named-addresses');
    expect(await clientFor(plugboard, listed('google-calendar'))).toEqual(ofEnvironment);
    expect(await clientFor(plugboard, listed('forge'), { config: usual })).toEqual(ofEnvironment);
    const config = { ...usual, tenant: 'acme' };
    expect(await clientFor(plugboard, listed('tenants'), { config })).toEqual(ofEnvironment);
  });

  it('is not for a look-alike, whatever it calls itself', async () => {
    covers('apps/look-alike');
    expect(await clientFor(plugboard, listed('google'), { config: usual })).toEqual(refused);
    const custom = ownConnector('mcp');
    if (custom) expect(await clientFor(plugboard, custom)).toEqual(refused);
    expect(await clientFor(plugboard, { ...listed('google-calendar'), id: 'google-calender' })).toEqual(refused);
  });

  it('goes to no address that a connection names', async () => {
    covers('apps/named-addresses');
    for (const config of [{ base_url: evil }, { base_url: 'https://forge.example.com.evil.example.net' }, {}])
      expect(await clientFor(plugboard, listed('forge'), { config })).toEqual(refused);
    expect(await clientFor(plugboard, listed('github'), { config: { base_url: evil } })).toEqual(refused);
    for (const tenant of ['evil.example.net/', 'evil@x', 'a.b/?c=', '..', ''])
      expect(await clientFor(plugboard, listed('tenants'), { config: { ...usual, tenant } })).toEqual(refused);
  });

  it('brings no token to a server that a connection is redirected to', async () => {
    covers('apps/named-addresses');
    for (const id of ['google-calendar', 'github', 'linear-mcp']) {
      const connector = redirectConnector(listed(id), { server: `${evil}/api`, transport: undefined });
      const config = { base_url: 'https://api.github.com' };
      expect(await clientFor(plugboard, connector, { config })).toEqual(refused);
    }
  });

  it.each([
    ['its token endpoint', (text: string) => text.replaceAll('https://oauth2.googleapis.com', evil)],
    ['its API', (text: string) => text.replaceAll('https://www.googleapis.com', evil)],
  ])('is not for a kept manifest of the same id that has %s elsewhere', async (what, change) => {
    covers('apps/look-alike');
    const { digest: _, source: __, ...manifest } = listed('google-calendar');
    const version = what.includes('API') ? '0.9.1' : '0.9.0';
    const kept = change(JSON.stringify({ ...manifest, version }));
    const row = {
      connector_id: 'google-calendar',
      version,
      manifest: kept,
      digest: 'x',
      source: 'built-in',
      kept_at: '',
    };
    await loose(plugboard.app.storage.writer)
      .insertInto('connector_versions')
      .values({ ...row, workspace_id: plugboard.workspaceId })
      .execute();
    const db = plugboard.app.storage.workspace(plugboard.workspaceId);
    const connector = await findConnector({ catalog: plugboard.app.catalog, db }, 'google-calendar', version);
    if (connector === undefined) throw new Error('The manifest was not kept.');
    expect(await clientFor(plugboard, connector)).toEqual(refused);
    expect(await clientFor(plugboard, connector, { own: environment })).toMatchObject({ source: 'connection' });
  });

  it('is not for an authorization server that an MCP server names elsewhere', async () => {
    covers('apps/named-addresses');
    const at = (server: string) => clientFor(plugboard, listed('linear-mcp'), { server: serverAt(server) });
    expect(await at('https://mcp.linear.app')).toEqual(ofEnvironment);
    for (const server of [evil, 'https://linear.app', 'http://mcp.linear.app', 'nonsense'])
      expect(await at(server)).toEqual(refused);
  });

  it('set by a workspace is sealed for the addresses of that day', async () => {
    covers('apps/named-addresses', 'apps/own-first', 'apps/in-force', 'apps/self-run');
    const body = { client_id: 'of-the-workspace', client_secret: 'the-secret-of-the-workspace' };
    expect((await plugboard.call('PUT /api/v1/oauth-apps/forge', { body })).status).toBe(200);
    expect(await clientFor(plugboard, listed('forge'), { config: usual })).toMatchObject({
      client: { clientId: 'of-the-workspace' },
      source: 'workspace',
    });
    expect(await clientFor(plugboard, listed('forge'), { config: { base_url: evil } })).toEqual(refused);
    const own = { clientId: 'of-the-connection', clientSecret: undefined };
    expect(await clientFor(plugboard, listed('forge'), { config: { base_url: evil }, own })).toEqual({
      client: own,
      source: 'connection',
    });

    const at = 'https://forge.acme.example';
    await plugboard.call('PUT /api/v1/oauth-apps/forge', { body: { ...body, fields: { base_url: at } } });
    expect(await clientFor(plugboard, listed('forge'), { config: { base_url: at } })).toMatchObject({
      source: 'workspace',
    });
    const redirected = redirectConnector(listed('forge'), { server: evil, transport: undefined });
    expect(await clientFor(plugboard, redirected, { config: { base_url: at } })).toEqual(refused);
    for (const other of [usual.base_url, evil])
      expect(await clientFor(plugboard, listed('forge'), { config: { base_url: other } })).toEqual(refused);
    await plugboard.call('PUT /api/v1/oauth-apps/forge', { body });

    await plugboard.stop();
    plugboard = await start({ forge: forge('forge', 'https://elsewhere.example.com/token') });
    expect(await clientFor(plugboard, listed('forge'), { config: usual })).toEqual(refused);
    await plugboard.call('PUT /api/v1/oauth-apps/forge', { body });
    expect(await clientFor(plugboard, listed('forge'), { config: usual })).toMatchObject({ source: 'workspace' });
  });
});

function serverAt(origin: string): OauthServer {
  const leg: TokenLeg = { url: `${origin}/token`, params: {}, headers: {}, body: 'form', clientAuth: 'basic' };
  const answer = tokenAnswerSchema.parse({});
  return {
    issuer: origin,
    issRequired: true,
    authorization: { url: `${origin}/authorize`, params: {}, selectAccountParams: {}, scopeParam: 'scope' },
    pkce: true,
    code: leg,
    refresh: leg,
    rules: { answer, scopeSeparator: ' ', captures: {} },
    revocationUrl: undefined,
    deviceAuthorizationUrl: undefined,
    resource: undefined,
  };
}
