import { beforeAll, expect, it } from 'vitest';
import { type OpenaiEmulator, startOpenai } from '../emulators/openai.ts';
import { type MadeEndpoint, endpointsPath, makeEndpoint, saying } from '../support/agent-endpoints.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S1', ({ migrated }) => {
  let plugboard: Plugboard;
  let honest: OpenaiEmulator;
  let evil: OpenaiEmulator;
  let editor: string;
  beforeAll(async () => {
    [honest, evil] = await Promise.all([startOpenai(), startOpenai()]);
    plugboard = await startPlugboard(await migrated());
    editor = await plugboard.mint({ kind: 'person', role: 'MANAGER', scopes: ['projects:read', 'projects:write'] });
    return () => Promise.all([honest.stop(), evil.stop()]);
  });

  const make = (): Promise<MadeEndpoint> =>
    makeEndpoint(plugboard, honest.baseUrl, {
      type: 'openai',
      config: { model: 'small' },
      headers: { Authorization: `Bearer ${honest.key}` },
    });
  const edit = (path: string, body: object) => plugboard.call(`PUT ${path}`, { key: editor, body });
  const heard = () => JSON.stringify(evil.ledger);

  it('who may edit an endpoint but not read its headers cannot send them somewhere else', async () => {
    const { path, made } = await make();
    const masks = await edit(path, { name: `Looked at ${made.body['name']}` });
    const refused = await edit(path, { baseUrl: evil.baseUrl, headers: masks.body['headers'] });
    expect(refused.status).toBe(400);
    expect((await edit(path, { baseUrl: evil.baseUrl })).body['headers']).toEqual({});
    await plugboard.call(`POST ${path}/invoke`, { body: saying('hi') });
    await plugboard.call(`POST ${path}/test`);
    expect(evil.ledger.length).toBeGreaterThan(0);
    expect(heard()).not.toContain(honest.key);
  });

  it('nor by going there and back, or in two steps', async () => {
    const { path } = await make();
    await edit(path, { baseUrl: evil.baseUrl });
    const back = await edit(path, { baseUrl: honest.baseUrl, headers: {} });
    expect(back.body['headers']).toEqual({});
    await plugboard.call(`POST ${path}/test`);
    expect(JSON.stringify(honest.ledger.at(-1)?.headers)).not.toContain(honest.key);
  });

  it.each([
    ['http://127.0.0.1', ['Authorization']],
    ['http://127.1', ['Authorization']],
    ['http://localhost', []],
    ['https://127.0.0.1', []],
  ])('moved to %s an endpoint keeps the headers %j', async (at, kept) => {
    const { path } = await make();
    const baseUrl = `${at}:${new URL(honest.url).port}/v1`;
    const { status, body } = await plugboard.call(`PUT ${path}`, { body: { baseUrl } });
    expect([status, Object.keys(Object(body['headers']))]).toEqual([200, kept]);
  });

  it('an address that was changed in the database is sent nothing', async () => {
    const { id, path } = await make();
    const count = evil.ledger.length;
    const config = JSON.stringify({ base_url: evil.baseUrl, headers: ['Authorization'], config: { model: 'small' } });
    const db = loose(plugboard.app.storage.writer);
    await db.updateTable('connections').set({ config }).where('id', '=', id).execute();
    expect((await plugboard.call(`POST ${path}/invoke`, { body: saying('hi') })).body).toMatchObject({
      success: false,
      error: expect.stringContaining('given for another address'),
    });
    const streamed = { headers: { accept: 'text/event-stream' }, body: saying('hi') };
    expect((await plugboard.call(`POST ${path}/invoke`, streamed)).text).toContain('given for another address');
    const call = { body: { arguments: saying('hi') } };
    expect((await plugboard.call(`POST /api/v1/connections/${id}/tools/invoke/call`, call)).body).toMatchObject({
      status: 'rejected',
      reason: 'auth',
    });
    expect(evil.ledger).toHaveLength(count);
  });

  it('a write that was approved before the endpoint was changed is voided', async () => {
    const { id, path } = await make();
    const agent = await plugboard.mint();
    const call = { key: agent, body: { arguments: saying('delete everything') } };
    const asked = await plugboard.call(`POST /api/v1/connections/${id}/tools/invoke/call`, call);
    expect(asked.status).toBe(202);
    await edit(path, { baseUrl: evil.baseUrl });
    const count = evil.ledger.length;
    const decided = await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`);
    expect(decided.body).toMatchObject({ status: 'voided' });
    expect(evil.ledger).toHaveLength(count);
  });

  it('a write that waits over an endpoint is over with it', async () => {
    covers('approvals/in-vain');
    const { id, path } = await make();
    const call = { key: await plugboard.mint(), body: { arguments: saying('delete it all') } };
    const asked = await plugboard.call(`POST /api/v1/connections/${id}/tools/invoke/call`, call);
    await plugboard.call(`DELETE ${path}`);
    const approval = `/api/v1/approvals/${String(asked.body['approval_id'])}`;
    expect((await plugboard.call(`GET ${approval}`)).body).toMatchObject({ status: 'voided' });
    expect((await plugboard.call(`POST ${approval}/approve`)).status).toBe(409);
  });

  it('a redirect of the agent is not followed with its headers', async () => {
    const { path } = await make();
    honest.next('redirect');
    expect((await plugboard.call(`POST ${path}/invoke`, { body: saying('hi') })).body).toMatchObject({
      success: false,
    });
    expect((await plugboard.call(`GET ${endpointsPath}`)).status).toBe(200);
  });
});
