import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../server/src/access/caller.ts';
import { type OpenaiEmulator, startOpenai } from '../emulators/openai.ts';
import { endpointsPath, endpointWish, makeEndpoint } from '../support/agent-endpoints.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S6', ({ migrated }) => {
  let agent: OpenaiEmulator;
  beforeAll(async () => {
    agent = await startOpenai();
    return () => agent.stop();
  });

  const options = () => ({
    type: 'openai',
    config: { model: 'small' },
    headers: { Authorization: `Bearer ${agent.key}` },
  });
  const keyOf = (plugboard: Plugboard, role: Role): Promise<string> =>
    plugboard.mint({ kind: 'person', role, scopes: ['projects:read', 'projects:write', 'tools:call'] });
  const create = async (plugboard: Plugboard, role: Role, baseUrl: string) =>
    plugboard.call(`POST ${endpointsPath}`, {
      key: await keyOf(plugboard, role),
      body: endpointWish(baseUrl, options()),
    });

  describe('on an instance that only this machine reaches', () => {
    let plugboard: Plugboard;
    beforeAll(async () => {
      plugboard = await startPlugboard(await migrated(), { egressAllow: [] });
    });

    it('an ADMIN sets up an agent on loopback, by address or as localhost', async () => {
      covers('002/loopback');
      const { port } = new URL(agent.url);
      for (const baseUrl of [agent.baseUrl, `http://localhost:${port}/v1`]) {
        const made = await create(plugboard, 'ADMIN', baseUrl);
        expect(made.status).toBe(201);
        const tested = await plugboard.call(`POST ${endpointsPath}/${String(made.body['id'])}/test`);
        expect(tested.body).toMatchObject({ success: true });
      }
    });

    it('a MANAGER does not', async () => {
      const answer = await create(plugboard, 'MANAGER', agent.baseUrl);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('loopback address');
    });

    it('a MANAGER cannot move what an ADMIN set up to another port, but may change it where it is', async () => {
      const { path } = await makeEndpoint(plugboard, agent.baseUrl, options());
      const key = await keyOf(plugboard, 'MANAGER');
      const moved = await plugboard.call(`PUT ${path}`, { key, body: { baseUrl: 'http://127.0.0.1:5432' } });
      expect(moved.status).toBe(400);
      const below = await plugboard.call(`PUT ${path}`, { key, body: { baseUrl: `${agent.baseUrl}/` } });
      expect(below.status).toBe(200);
      expect((await plugboard.call(`POST ${path}/test`)).body).toMatchObject({ success: true });
    });

    it('nobody reaches Plugboard itself, or a name that merely resolves to loopback', async () => {
      const { port } = new URL(agent.url);
      for (const baseUrl of ['http://127.0.0.1:7400', 'http://localhost:7400', 'http://[::1]:7400'])
        expect((await create(plugboard, 'OWNER', baseUrl)).status).toBe(400);
      const made = await create(plugboard, 'OWNER', `http://127.0.0.1.nip.io:${port}/v1`);
      const count = agent.ledger.length;
      await plugboard.call(`POST ${endpointsPath}/${String(made.body['id'])}/test`);
      expect(agent.ledger).toHaveLength(count);
    });
  });

  it('behind a public address nobody sets up an agent on loopback', async () => {
    const publicUrl = 'https://plugboard.example.com';
    const plugboard = await startPlugboard(await migrated(), { egressAllow: [], publicUrl });
    expect((await create(plugboard, 'OWNER', agent.baseUrl)).status).toBe(400);
  });
});
