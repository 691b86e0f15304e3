import { beforeAll, describe, expect, it } from 'vitest';
import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import { listen } from '../emulators/listen.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addServer, connectServer } from '../support/integrations.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const neverReached = [
  'http://169.254.169.254/mcp',
  'http://[::ffff:169.254.169.254]/mcp',
  'http://metadata.google.internal/mcp',
  'http://10.0.0.1/mcp',
  'http://192.168.1.1/mcp',
  'http://100.64.0.1/mcp',
  'http://[fd00::1]/mcp',
  'http://0.0.0.0:9000/mcp',
  'https://mcp.example.com:25/mcp',
];

describeOnDatabases('S6, for custom MCP servers', ({ migrated }) => {
  let server: EchoMcp;
  beforeAll(async () => {
    server = await startEchoMcp();
    return () => server.stop();
  });

  describe('on an instance that only this machine reaches', () => {
    let plugboard: Plugboard;
    beforeAll(async () => {
      plugboard = await startPlugboard(await migrated(), { egressAllow: [] });
    });

    it('an ADMIN adds one on loopback', async () => {
      covers('001/servers-loopback');
      const { id } = await connectServer(plugboard, { endpoint: server.endpoint });
      const path = `POST /api/v1/connections/${id}/tools/echo/call`;
      const answer = await plugboard.call(path, { body: { arguments: { message: 'hi' } } });
      expect(answer.body).toMatchObject({ status: 'ok' });
    });

    it.each(['127.0.0.1', 'localhost', '[::1]'])('nobody adds Plugboard itself, as %s', async (host) => {
      covers('001/servers-loopback');
      const answer = await addServer(plugboard, { endpoint: `http://${host}:7400/mcp` });
      expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('itself') } } });
    });

    it.each(neverReached)('nobody adds %s, nor turns a server there', async (endpoint) => {
      covers('001/servers-loopback');
      expect((await addServer(plugboard, { endpoint })).status).toBe(400);
      const { id } = await connectServer(plugboard, { endpoint: server.endpoint });
      expect((await plugboard.call(`PATCH /api/v1/integrations/${id}`, { body: { endpoint } })).status).toBe(400);
    });

    it('no redirect leads to loopback', async () => {
      const before = server.requests.length;
      const astray = await listen((_request, response) => {
        response.writeHead(307, { location: server.endpoint }).end();
      });
      const added = await addServer(plugboard, { endpoint: `${astray.url}/mcp` });
      const tested = await plugboard.call(`POST /api/v1/integrations/${String(added.body['id'])}/test`);
      expect(tested.body).toMatchObject({ status: 'error' });
      expect(server.requests).toHaveLength(before);
      await astray.stop();
    });
  });

  it('behind a public address nobody adds one on loopback', async () => {
    covers('001/servers-loopback');
    const plugboard = await startPlugboard(await migrated(), {
      egressAllow: [],
      publicUrl: 'https://plugboard.example.com',
    });
    const before = server.requests.length;
    for (const endpoint of [server.endpoint, server.endpoint.replace('127.0.0.1', 'localhost')])
      expect((await addServer(plugboard, { endpoint })).status).toBe(400);
    expect(server.requests).toHaveLength(before);
  });
});
