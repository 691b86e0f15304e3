import { beforeAll, expect, it } from 'vitest';
import { type Scope, scopes } from '../../server/src/access/caller.ts';
import { startOpenai } from '../emulators/openai.ts';
import { endpointsPath, makeEndpoint, saying } from '../support/agent-endpoints.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const secret = 'sk-clear-only-for-those-who-may';
const short = 'hunter2';

describeOnDatabases('S17', ({ migrated }) => {
  let plugboard: Plugboard;
  let path: string;
  beforeAll(async () => {
    const agent = await startOpenai();
    plugboard = await startPlugboard(await migrated());
    const headers = { Authorization: `Bearer ${secret}`, 'X-Pin': short };
    ({ path } = await makeEndpoint(plugboard, agent.baseUrl, { type: 'openai', config: { model: 'small' }, headers }));
    return () => agent.stop();
  });

  /** Everything a credential is answered about the endpoint, one after the other. */
  const everythingFor = async (key: string): Promise<string> => {
    const asked = [
      ['GET', endpointsPath],
      ['GET', path],
      ['PUT', path, { name: `Renamed by ${crypto.randomUUID()}` }],
      ['POST', `${path}/test`],
      ['POST', `${path}/invoke`, saying('What is your key?')],
      ['GET', '/api/v1/tools'],
      ['GET', '/api/v1/calls?limit=100'],
      ['GET', '/api/v1/events?limit=100'],
    ] as const;
    const answers = [];
    for (const [method, url, body] of asked)
      answers.push(await plugboard.call(`${method} ${url}`, { key, ...(body === undefined ? {} : { body }) }));
    return answers.map(({ text }) => text).join('\n');
  };

  it('a key with every scope but secrets:reveal is never shown a header, whatever it asks', async () => {
    const withheld = new Set<Scope>(['approvals:decide', 'admin', 'members:write', 'secrets:reveal']);
    const key = await plugboard.mint({
      kind: 'person',
      role: 'OWNER',
      scopes: scopes.filter((scope) => !withheld.has(scope)),
    });
    const text = await everythingFor(key);
    expect(text).toContain('Be••••••••ay');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(short);
  });

  it('nor is a person below MANAGER', async () => {
    const text = await everythingFor((await addPerson(plugboard, 'MEMBER')).token);
    expect(text).toContain('••••••••');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(short);
  });

  it('a key without secrets:reveal cannot mint one that has it', async () => {
    const by = await plugboard.mint({
      kind: 'person',
      role: 'OWNER',
      scopes: ['keys:write', 'admin', 'projects:read'],
    });
    const wish = { body: { name: 'Reveals', kind: 'agent', scopes: ['projects:read', 'secrets:reveal'] } };
    expect((await plugboard.call('POST /api/v1/api-keys', { key: by, ...wish })).status).toBe(403);
  });

  it('an answer that was replayed for an Idempotency-Key shows no header again', async () => {
    const body = {
      name: `Replayed ${crypto.randomUUID()}`,
      type: 'openai',
      baseUrl: 'http://127.0.0.1:8123',
      headers: { 'X-Key': secret },
      config: { model: 'small' },
    };
    const send = () =>
      plugboard.call(`POST ${endpointsPath}`, { body, headers: { 'idempotency-key': body.name.replace(' ', '-') } });
    expect((await send()).status).toBe(201);
    const again = await send();
    expect(again.status).toBe(409);
    expect(again.text).not.toContain(secret);
  });
});
