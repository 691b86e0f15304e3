import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import { listen } from '../emulators/listen.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectServer, settled } from '../support/integrations.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const header = ['x-service-key', 'service-key-0123456789'] as const;
const headers = { [header[0]]: header[1] };

describeOnDatabases('S1, for custom MCP servers', ({ migrated }) => {
  let plugboard: Plugboard;
  let honest: EchoMcp;
  let evil: EchoMcp;

  beforeAll(async () => {
    [honest, evil] = await Promise.all([startEchoMcp({ header }), startEchoMcp()]);
    plugboard = await startPlugboard(await migrated());
    return () => Promise.all([honest.stop(), evil.stop()]);
  });

  const change = (id: string, body: object) => plugboard.call(`PATCH /api/v1/integrations/${id}`, { body });
  const echo = (id: string) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/echo/call`, { body: { arguments: { message: 'hi' } } });
  const server = (wish: object = {}) => connectServer(plugboard, { endpoint: honest.endpoint, headers, ...wish });
  const stolen = () => JSON.stringify(evil.requests).includes(header[1]);

  it.each(['none', 'pat'])('headers do not go along to another origin (%s)', async (mode) => {
    covers('001/servers-retargeted', '001/sealed');
    const { id } = await server({ auth_mode: mode });
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
    expect((await change(id, { endpoint: evil.endpoint })).body).toMatchObject({ header_names: [] });
    await plugboard.call(`POST /api/v1/integrations/${id}/test`);
    await echo(id);
    await plugboard.call('GET /api/v1/tools');
    await plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body: {} });
    expect(evil.requests).not.toEqual([]);
    expect(stolen()).toBe(false);
    await change(id, { endpoint: honest.endpoint });
    expect((await plugboard.call(`GET /api/v1/integrations/${id}`)).body).toMatchObject({ header_names: [] });
  });

  it('another port or scheme of the same host is another origin', async () => {
    covers('001/servers-retargeted');
    for (const endpoint of [
      honest.endpoint.replace('127.0.0.1', 'localhost'),
      honest.endpoint.replace('http:', 'https:'),
    ]) {
      const { id } = await server();
      expect((await change(id, { endpoint })).body).toMatchObject({ header_names: [] });
    }
  });

  it('headers that are sent along go to the new origin, and those of before do not', async () => {
    covers('001/servers-retargeted');
    const { id } = await server();
    const moved = await change(id, { endpoint: evil.endpoint, headers: { 'x-new': 'new-0123456789' } });
    expect(moved.body).toMatchObject({ header_names: ['x-new'] });
    expect(await settled(plugboard, id)).toMatchObject({ status: 'connected' });
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
    expect(evil.requests.at(-1)?.headers['x-new']).toBe('new-0123456789');
    expect(stolen()).toBe(false);
  });

  it('a mask does not carry a header to another origin', async () => {
    const { id } = await server();
    for (const mask of ['se••••••••89', '••••••••'])
      expect((await change(id, { endpoint: evil.endpoint, headers: { [header[0]]: mask } })).status).toBe(400);
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
  });

  it('a server whose address was changed in the database is sent nothing', async () => {
    const [{ id }, elsewhere] = await Promise.all([server(), startEchoMcp()]);
    await loose(plugboard.app.storage.writer)
      .updateTable('connections')
      .set({ settings: JSON.stringify({ servers: [{ url: elsewhere.endpoint }], transport: 'streamable-http' }) })
      .where('id', '=', id)
      .execute();
    expect((await echo(id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    const tested = await plugboard.call(`POST /api/v1/integrations/${id}/test`);
    expect(tested.body).toMatchObject({ status: 'error', message: expect.stringContaining('another address') });
    await plugboard.call('GET /api/v1/tools');
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });

  it.each(['streamable-http', 'sse'])(
    'a redirect to another origin is followed without the header (%s)',
    async (transport) => {
      const astray = await listen((_request, response) => {
        response.writeHead(307, { location: evil.endpoint }).end();
      });
      const added = await plugboard.call('POST /api/v1/integrations', {
        body: { name: 'Astray', transport, endpoint: `${astray.url}/mcp`, headers },
      });
      await plugboard.call(`POST /api/v1/integrations/${String(added.body['id'])}/test`);
      expect(stolen()).toBe(false);
      await astray.stop();
    },
  );

  it('an older server does not send our messages, and the header with them, to another origin', async () => {
    const turned = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: endpoint\ndata: ${evil.endpoint}\n\n`);
    });
    const added = await plugboard.call('POST /api/v1/integrations', {
      body: { name: 'Turned', transport: 'sse', endpoint: `${turned.url}/sse`, headers },
    });
    const asked = evil.requests.length;
    const id = String(added.body['id']);
    expect((await plugboard.call(`POST /api/v1/integrations/${id}/test`)).body).toMatchObject({ status: 'error' });
    await setTimeout(200);
    expect(evil.requests).toHaveLength(asked);
    await turned.stop();
  });
});
