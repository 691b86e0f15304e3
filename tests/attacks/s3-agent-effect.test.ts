import { beforeAll, expect, it } from 'vitest';
import { endpointsPath, endpointWish, makeEndpoint } from '../support/agent-endpoints.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const base = 'http://127.0.0.1:8123';
const reading = { assistantId: 'a', effect: 'read' };

describeOnDatabases('S3: a key that may set up agents', ({ migrated }) => {
  let plugboard: Plugboard;
  let program: string;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    program = await plugboard.mint({ kind: 'person', role: 'OWNER', scopes: ['projects:write', 'tools:call'] });
  });

  it('cannot make one that runs without asking', async () => {
    covers('002/tool-effect');
    const wish = (config: object) => ({ key: program, body: endpointWish(base, { config }) });
    expect((await plugboard.call(`POST ${endpointsPath}`, wish(reading))).status).toBe(403);
    const writing = await plugboard.call(`POST ${endpointsPath}`, wish({ assistantId: 'a' }));
    expect(writing.status).toBe(201);
    const path = `${endpointsPath}/${String(writing.body['id'])}`;
    expect((await plugboard.call(`PUT ${path}`, { key: program, body: { config: reading } })).status).toBe(403);
    expect((await plugboard.call(`GET ${path}`)).body['config']).toEqual({ assistantId: 'a' });
    const manager = await addPerson(plugboard, 'MANAGER');
    expect((await plugboard.call(`PUT ${path}`, { key: manager.token, body: { config: reading } })).status).toBe(200);
  });

  it('cannot take one that runs without asking to another agent', async () => {
    covers('002/tool-effect');
    const { path } = await makeEndpoint(plugboard, base, { config: reading });
    const edits = [
      { baseUrl: 'http://127.0.0.1:8124' },
      { config: { ...reading, assistantId: 'b' } },
      { headers: { 'X-Tenant': 'another' } },
      { type: 'openai', config: { model: 'm', effect: 'read' } },
    ];
    for (const body of edits) expect((await plugboard.call(`PUT ${path}`, { key: program, body })).status).toBe(403);
    const renamed = { key: program, body: { name: `Renamed ${crypto.randomUUID()}` } };
    expect((await plugboard.call(`PUT ${path}`, renamed)).status).toBe(200);
    const asking = { key: program, body: { config: { assistantId: 'b' } } };
    expect((await plugboard.call(`PUT ${path}`, asking)).status).toBe(200);
  });
});
