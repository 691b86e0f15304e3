import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { connectServer } from '../support/integrations.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { mcpClient } from '../support/mcp-client.ts';

const kinds = [
  ['streamable-http', 'streamableHttp'],
  ['sse', 'sse'],
] as const;

describeOnDatabases('the reference server, added by its address', ({ migrated }) => {
  let plugboard: ListeningPlugboard;
  beforeAll(async () => {
    plugboard = await startListening(await migrated());
  });

  describe.each(kinds)('over %s', (transport, mode) => {
    let everything: Everything;
    let server: { readonly id: string; readonly handle: string };
    let client: Client;

    beforeAll(async () => {
      everything = await startEverything(mode);
      const name = `Everything by ${transport}`.slice(0, 22);
      server = await connectServer(plugboard, { name, transport, endpoint: everything.endpoint });
      client = await newClient();
    });
    afterAll(async () => {
      await client.close();
      everything.stop();
    });

    const newClient = async () => mcpClient(plugboard.publicUrl, await plugboard.mint());
    const offered = async (to: Client) => (await to.listTools()).tools.map(({ name }) => name);
    const sum = () =>
      plugboard.call(`POST /api/v1/connections/${server.id}/tools/get-sum/call`, {
        body: { arguments: { a: 19, b: 23 } },
      });

    it('lists its tools', async () => {
      covers('001/servers-tools', '001/servers-sse');
      const { text } = await plugboard.call(`GET /api/v1/integrations/${server.id}/tools`);
      expect(text).toContain('"name":"get-sum"');
      expect(await offered(client)).toContain(`${server.handle}__get-sum`);
    });

    it('is called by REST and over MCP', async () => {
      covers('001/servers-add', '001/servers-sse');
      expect((await sum()).text).toContain('The sum of 19 and 23 is 42');
      const result = await client.callTool({ name: `${server.handle}__get-sum`, arguments: { a: 1, b: 2 } });
      expect(JSON.stringify(result.content)).toContain('The sum of 1 and 2 is 3');
    });

    it('says who it is', async () => {
      covers('001/servers-test');
      expect((await plugboard.call(`POST /api/v1/integrations/${server.id}/test`)).body).toMatchObject({
        status: 'ok',
        server_info: { name: expect.stringContaining('everything') },
      });
    });

    it('is not asked for a tool that was switched off', async () => {
      covers('001/servers-tool-switches');
      await plugboard.call(`PATCH /api/v1/integrations/${server.id}/tools/get-sum`, { body: { disabled: true } });
      expect((await sum()).body).toMatchObject({ status: 'rejected', reason: 'disabled' });
      const another = await newClient();
      expect(await offered(another)).not.toContain(`${server.handle}__get-sum`);
      await another.close();
    });
  });
});
