import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomToken } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { connectNamed, settled } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { finished, revoke } from '../support/revoking.ts';

const refreshToken = 'the-refresh-token-of-somebody';
const accessToken = 'the-access-token-of-somebody';
const clientSecret = 'the-client-secret-of-us';

/** How a provider answers who revokes a token. */
const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse, body: string) => void>> = {
  redirecting: (_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
  repeating: ({ headers }, response, body) =>
    void response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(
        JSON.stringify({ error: 'invalid_request', error_description: `You sent ${headers.authorization} ${body}` }),
      ),
  shouting: (_request, response) => void response.writeHead(200).end('x'.repeat(3 * 1024 * 1024)),
};

describeOnDatabases('S1: a hostile provider that is told of a revoked connection', ({ migrated }) => {
  const asked: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const path = request.url ?? '';
      if (path === '/me') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      asked.push({ path, body });
      answers[path.slice(1)]?.(request, response, body);
    });
  });
  const catalog = catalogFolder({ redirecting: '', repeating: '', shouting: '', hanging: '', stray: '' });
  const adminKey = new Secret(`pb_${randomToken()}`);
  const options = { catalogDirs: [catalog], egressAllow: ['127.0.0.1', 'localhost'], adminKey };
  let database: DatabaseConfig;
  let plugboard: Plugboard;
  let origin: string;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    origin = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
    for (const id of [...Object.keys(answers), 'hanging', 'stray'])
      writeFileSync(join(catalog, id, 'connector.yaml'), manifest(id, origin, `${origin}/${id}`));
    database = await migrated();
    plugboard = await startPlugboard(database, options);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function connected(connector: string): Promise<string> {
    const oauth2Token = {
      access_token: accessToken,
      refresh_token: refreshToken,
      client_id: 'us',
      client_secret: clientSecret,
    };
    const body = {
      name: 'Theirs',
      security: { authMethod: 'oauth2', oauth2Token },
      access_scope: 'organizational',
    };
    const record = await settled(plugboard, await connectNamed(plugboard, connector, body));
    expect(record).toMatchObject({ status: 'connected' });
    return String(record['id']);
  }

  it.each([
    ['redirecting', 'redirect'],
    ['repeating', 'refused'],
    ['shouting', ''],
  ])('learns nothing by %s', async (how, said) => {
    covers('revocation/hostile', 'revocation/destroyed');
    const id = await connected(how);
    const revocation = await revoke(plugboard, { ids: [id] });
    const receipt = (await finished(plugboard, revocation)).get(id);
    expect(receipt).toMatchObject({ outcome: 'failed', secrets: 'destroyed', message: expect.stringContaining(said) });
    expect(asked.map(({ path }) => path)).not.toContain('/elsewhere');
    const tables = ['events', 'revocation_receipts', 'revocations', 'jobs'];
    const db = loose(plugboard.app.storage.rows);
    const kept = JSON.stringify(await Promise.all(tables.map((name) => db.selectFrom(name).selectAll().execute())));
    const basic = Buffer.from(`us:${clientSecret}`).toString('base64');
    for (const secret of [refreshToken, accessToken, clientSecret, basic]) expect(kept).not.toContain(secret);
  });

  it('holds nobody up by never answering', async () => {
    covers('revocation/hostile');
    const id = await connected('hanging');
    const other = await connected('redirecting');
    const hung = await revoke(plugboard, { ids: [id] });
    const quick = await revoke(plugboard, { ids: [other] });
    expect((await finished(plugboard, quick)).get(other)).toMatchObject({ outcome: 'failed' });
    expect(asked.some(({ path }) => path === '/hanging')).toBe(true);
    const now = await plugboard.call(`GET /api/v1/connections/revocations/${hung}`);
    expect(now.body).toMatchObject({ revocation: { status: 'telling_providers' } });
    expect((await plugboard.call(`GET /api/v1/connections/${id}`)).status).toBe(404);
  });

  it('is not told at an address that its connector names later, and its tokens are not for', async () => {
    covers('revocation/hostile');
    const id = await connected('stray');
    await plugboard.stop();
    const elsewhere = origin.replace('127.0.0.1', 'localhost');
    writeFileSync(join(catalog, 'stray/connector.yaml'), manifest('stray', origin, `${elsewhere}/stray`));
    const moved = await startPlugboard(database, options);
    const before = asked.length;
    const revocation = await revoke(moved, { ids: [id] });
    const receipt = (await finished(moved, revocation)).get(id);
    expect(receipt).toMatchObject({ outcome: 'failed', message: expect.stringContaining('not for') });
    expect(asked.slice(before).map(({ path }) => path)).not.toContain('/stray');
  });
});

function manifest(id: string, origin: string, revocationUrl: string): string {
  return `
schema: 1
id: ${id}
name: ${id}
version: 1.0.0
description: An API of people who signed in.
category: testing
auth_mode: byo_oauth
brand_color: '#000000'
oauth:
  authorization_url: '${origin}/authorize'
  token_url: '${origin}/token'
  revocation_url: '${revocationUrl}'
  scopes: [openid]
verify: { kind: http, method: GET, url: '${origin}/me', expect_status: [200] }
http: { base_url: '${origin}' }
tools:
  - name: get_me
    label: Get me
    description: Returns who it is.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /me }
`;
}
