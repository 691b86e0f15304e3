import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../server/src/lib/ids.ts';
import { type OpenaiEmulator, startOpenai } from '../emulators/openai.ts';
import { endpointsPath, endpointWish, makeEndpoint } from '../support/agent-endpoints.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';

const printed = ['id', 'name', 'type', 'baseUrl', 'headers', 'config', 'createdAt', 'updatedAt'];
const base = 'http://127.0.0.1:8123';

describeOnDatabases('keeping agent endpoints (002)', ({ migrated }) => {
  let plugboard: Plugboard;
  let agent: OpenaiEmulator;
  beforeAll(async () => {
    agent = await startOpenai();
    plugboard = await startPlugboard(await migrated());
    return () => agent.stop();
  });

  const create = (body: unknown, project = 'default', key?: string): Promise<ApiAnswer> =>
    plugboard.call(`POST /api/projects/${project}/connectors`, { body, ...(key === undefined ? {} : { key }) });
  const newProject = async (): Promise<string> => {
    const slug = `p-${newId().slice(-12)}`;
    return idIn((await plugboard.call('POST /api/projects', { body: { name: 'Project', slug } })).body);
  };
  const idsIn = ({ body }: ApiAnswer): unknown => {
    const { items } = body;
    return Array.isArray(items) ? items.map(({ id }: { id: unknown }) => id) : undefined;
  };
  /** Every verb on one endpoint, or on what stands in its place. */
  const onEveryVerb = async (path: string): Promise<readonly number[]> => {
    const invoke = { body: { messages: [{ role: 'user', content: 'hello' }] } };
    const answers = [
      await plugboard.call(`GET ${path}`),
      await plugboard.call(`PUT ${path}`, { body: {} }),
      await plugboard.call(`DELETE ${path}`),
      await plugboard.call(`POST ${path}/test`),
      await plugboard.call(`POST ${path}/invoke`, invoke),
    ];
    return answers.map(({ status }) => status);
  };

  it('answers what was sent, in the printed fields', async () => {
    covers('002/create');
    const body = {
      name: 'LangGraph Dev',
      type: 'langgraph',
      baseUrl: 'http://127.0.0.1:8123/',
      headers: { 'X-API-Key': 'lg-dev-key' },
      config: { assistantId: 'my-assistant', configurable: { user: { id: 7 } } },
      color: 'a field nobody knows',
    };
    const { status, body: made } = await create(body);
    expect(status).toBe(201);
    expect(Object.keys(made)).toEqual(printed);
    const { color: _, ...sent } = body;
    expect(made).toMatchObject(sent);
    expect(made['createdAt']).toBe(made['updatedAt']);
  });

  it('is in a project that is named by id or slug, and not in another', async () => {
    covers('002/projects', 'everywhere/12-slugs');
    const { body } = await plugboard.call('GET /api/projects');
    const [{ id }] = Array.isArray(body['data']) ? body['data'].filter(({ slug }) => slug === 'default') : [];
    const made = await create(endpointWish(base), String(id));
    expect(made.status).toBe(201);
    const bySlug = await plugboard.call(`GET /api/projects/default/connectors/${idIn(made.body)}`);
    expect(bySlug.status).toBe(200);
    const other = await newProject();
    expect(await onEveryVerb(`/api/projects/${other}/connectors/${idIn(made.body)}`)).toEqual(Array(5).fill(404));
    expect((await plugboard.call(`GET /api/projects/${other}/connectors`)).text).toBe('[]');
  });

  it.each(['nowhere', newId(), 'PROJECT_ID', '%20'])('the project %s is a 404 on every verb', async (project) => {
    covers('002/unknown-project');
    const at = `/api/projects/${project}/connectors`;
    expect((await plugboard.call(`GET ${at}`)).status).toBe(404);
    expect((await plugboard.call(`GET ${at}/types`)).status).toBe(404);
    expect((await create({}, project)).status).toBe(404);
    expect(await onEveryVerb(`${at}/${newId()}`)).toEqual(Array(5).fill(404));
  });

  it('an unknown id is a 404 and a malformed one a 400, on every verb', async () => {
    covers('002/unknown', '002/malformed-id');
    for (const id of [newId(), '987fcdeb-51a2-3bc4-d567-890123456789'])
      expect(await onEveryVerb(`${endpointsPath}/${id}`)).toEqual(Array(5).fill(404));
    expect(await onEveryVerb(`${endpointsPath}/nonsense`)).toEqual(Array(5).fill(400));
  });

  it('absent headers and config read back as empty objects', async () => {
    covers('002/absent');
    const { body } = await create({ ...endpointWish(base), headers: undefined });
    expect(body).toMatchObject({ headers: {} });
    const { body: list } = await plugboard.call(`GET ${endpointsPath}`);
    expect(list['items']).toContainEqual(body);
  });

  it('lists those of the project, newest first, as a bare array', async () => {
    covers('002/list');
    const project = await newProject();
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(idIn((await create(endpointWish(base), project)).body));
    const list = await plugboard.call(`GET /api/projects/${project}/connectors`);
    expect(list.text.startsWith('[')).toBe(true);
    expect(idsIn(list)).toEqual(ids.toReversed());
    for (const item of Array.isArray(list.body['items']) ? list.body['items'] : [])
      expect(Object.keys(item)).toEqual(printed);
    expect(list.headers['link']).toBeUndefined();
    const rest = await plugboard.call(`GET /api/projects/${project}/connectors?cursor=${ids[1]}`);
    expect(idsIn(rest)).toEqual([ids[0]]);
  });

  it('types are a map from their names to words', async () => {
    covers('002/types');
    const { status, body } = await plugboard.call(`GET ${endpointsPath}/types`);
    expect(status).toBe(200);
    expect(body).toEqual({
      langgraph: 'LangGraph Dev API connector for langgraph-backed agents',
      openai: expect.any(String),
    });
    expect((await plugboard.call(`DELETE ${endpointsPath}/types`)).status).toBe(400);
  });

  describe('refuses with a 400', () => {
    it.each([
      [{}, 'name is missing'],
      [{ name: 'x' }, 'type is missing'],
      [{ type: 'langgraph', baseUrl: base }, 'name is missing'],
      [{ name: '  ', type: 'nonsense' }, 'name is missing'],
      [{ name: 'x', type: 'nonsense' }, 'baseUrl is missing'],
      [{ name: 'x', type: 'langgraph', baseUrl: '' }, 'baseUrl is missing'],
      [{ name: 7, type: 'langgraph', baseUrl: base }, 'name'],
      [{ name: 'x\u0007y', type: 'langgraph', baseUrl: base }, 'name'],
    ])('what is missing: %j', async (body, words) => {
      covers('002/create-missing');
      const answer = await create(body);
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
      expect(answer.text).toContain(words);
    });

    it.each(['openapi', 'LangGraph', 'toString'])('the type %s', async (type) => {
      covers('002/create-type');
      const answer = await create(endpointWish(base, { type }));
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('langgraph, openai');
    });

    it.each([
      'localhost:8123',
      'ftp://127.0.0.1/',
      'javascript:alert(1)',
      'file:///etc/passwd',
      '/agent',
      'http://',
      'http://user:pass@127.0.0.1:8123',
      'http://127.0.0.1:8123/#part',
      'http://${field.host}/',
      'http://127.0.0.1:8123/a b',
      'http:\\\\127.0.0.1:8123',
      `http://127.0.0.1/${'x'.repeat(2_000)}`,
    ])('the address %s', async (baseUrl) => {
      covers('002/create-url');
      expect(await create(endpointWish(baseUrl))).toMatchObject({ status: 400 });
    });

    it('a configuration without what its type asks for, or one that is not sane', async () => {
      covers('002/create-assistant');
      const deep = JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`);
      for (const config of [{}, { assistantId: '' }, { assistantId: 7 }, [], 'x', { assistantId: 'a', deep }])
        expect(await create(endpointWish(base, { config }))).toMatchObject({ status: 400 });
      expect((await create(endpointWish(base, { config: undefined }))).text).toContain('config.assistantId');
      const answer = await create(endpointWish(base, { type: 'openai', config: {} }));
      expect(answer).toMatchObject({ status: 400 });
      expect(answer.text).toContain('config.model');
    });

    it.each([
      { Host: 'elsewhere' },
      { 'Content-Length': '7' },
      { 'X Key': 'x' },
      { 'X-Key': 'secret-1\r\nX-Other: y' },
      { 'X-Key': 'secret-2', 'x-key': 'secret-3' },
      { 'X-Key': 'secret-•••' },
      { 'X-Key': 'x'.repeat(16_001) },
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`X-${index}`, 'x'])),
      { 'X-Key': 7 },
      ['X-Key'],
    ])('the headers %j', async (headers) => {
      covers('002/headers-refused');
      const answer = await create(endpointWish(base, { headers }));
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('secret-');
    });

    it.each(['http://10.0.0.1/', 'http://169.254.169.254/', 'http://192.168.7.7:8123/agent', 'http://[fd00::1]/'])(
      'the address %s, which is never reached from here',
      async (baseUrl) => {
        covers('002/create-unreachable');
        const answer = await create(endpointWish(baseUrl));
        expect(answer.status).toBe(400);
        expect(answer.text).toMatch(/baseUrl: .+(refuses|never reached)/);
      },
    );
  });

  it('a refused one leaves nothing behind', async () => {
    const project = await newProject();
    await create(endpointWish('http://10.0.0.1/'), project);
    await create({ name: 'x' }, project);
    expect((await plugboard.call(`GET /api/projects/${project}/connectors`)).text).toBe('[]');
  });

  it('a taken name is a 409 in its project alone, also for many at once', async () => {
    covers('002/taken-name');
    const [project, other] = [await newProject(), await newProject()];
    const wish = endpointWish(base, { name: 'The one' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(wish, project)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.text).toContain('The one');
    expect((await create(wish, other)).status).toBe(201);
    expect((await create({ ...wish, name: 'the one' }, project)).status).toBe(201);
  });

  it('shows one without its headers', async () => {
    covers('002/get');
    const { path, made } = await makeEndpoint(plugboard, base, { headers: { 'X-API-Key': 'lg-dev-key' } });
    const { headers: _, ...others } = made.body;
    expect((await plugboard.call(`GET ${path}`)).body).toEqual(others);
  });

  it('PUT keeps what is absent and replaces headers and config whole', async () => {
    covers('002/put-keeps');
    const { path, made } = await makeEndpoint(plugboard, base, {
      headers: { 'X-One': 'first value', 'X-Two': 'second value' },
      config: { assistantId: 'a', configurable: { b: 1 } },
    });
    const unchanged = await plugboard.call(`PUT ${path}`, { body: { stranger: true } });
    expect([unchanged.status, unchanged.body]).toEqual([200, made.body]);
    const renamed = await plugboard.call(`PUT ${path}`, { body: { name: 'Another name' } });
    expect(renamed.body).toEqual({ ...made.body, name: 'Another name', updatedAt: expect.any(String) });
    const { body } = await plugboard.call(`PUT ${path}`, {
      body: { headers: { 'X-Three': 'third value' }, config: { assistantId: 'c' } },
    });
    expect(body).toMatchObject({ headers: { 'X-Three': 'third value' }, config: { assistantId: 'c' } });
    expect([body['headers'], body['config']]).toEqual([{ 'X-Three': 'third value' }, { assistantId: 'c' }]);
    expect(String(body['updatedAt']) > String(made.body['updatedAt'])).toBe(true);
    expect(body['createdAt']).toBe(made.body['createdAt']);
  });

  it('PUT of another type asks for what that type needs', async () => {
    covers('002/put-type');
    const { path, made } = await makeEndpoint(plugboard, base);
    const refused = await plugboard.call(`PUT ${path}`, { body: { type: 'openai', name: 'Half done' } });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('config.model');
    expect((await plugboard.call(`GET ${path}`)).body).toMatchObject({ type: 'langgraph', name: made.body['name'] });
    const changed = await plugboard.call(`PUT ${path}`, { body: { type: 'openai', config: { model: 'small' } } });
    expect(changed.body).toMatchObject({ type: 'openai', config: { model: 'small' }, name: made.body['name'] });
    expect((await plugboard.call(`PUT ${path}`, { body: { type: 'nonsense' } })).status).toBe(400);
    for (const body of [{ config: {} }, { baseUrl: 'http://10.0.0.1/' }, { headers: { Host: 'x' } }, { name: '' }])
      expect((await plugboard.call(`PUT ${path}`, { body })).status).toBe(400);
  });

  it('PUT of a taken name is a 409 that changes nothing', async () => {
    covers('002/put-name');
    const [first, second] = [await makeEndpoint(plugboard, base), await makeEndpoint(plugboard, base)];
    const name = first.made.body['name'];
    const taken = await plugboard.call(`PUT ${second.path}`, { body: { name, config: { assistantId: 'other' } } });
    expect(taken.status).toBe(409);
    expect((await plugboard.call(`GET ${second.path}`)).body).toMatchObject({ config: { assistantId: 'answers' } });
    expect((await plugboard.call(`PUT ${first.path}`, { body: { name } })).status).toBe(200);
  });

  it('carries out changes that meet each other one after the other', async () => {
    covers('002/only-409');
    const { path } = await makeEndpoint(plugboard, base);
    const edits = [
      { name: `Met ${newId()}` },
      { headers: { 'X-Key': 'met by others' } },
      { baseUrl: `${base}/below` },
      { config: { assistantId: 'met' } },
    ];
    const answers = await Promise.all(edits.map((body) => plugboard.call(`PUT ${path}`, { body })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const after = await plugboard.call(`PUT ${path}`, { body: {} });
    expect(after.body).toMatchObject(Object.assign({}, ...edits));
  });

  it('is deleted once and for all, and its name is free', async () => {
    covers('002/delete');
    const { id, path, made } = await makeEndpoint(plugboard, base, { headers: { 'X-API-Key': 'lg-dev-key' } });
    const deleted = await plugboard.call(`DELETE ${path}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect(await onEveryVerb(path)).toEqual(Array(5).fill(404));
    const secrets = await plugboard.app.storage.rows
      .selectFrom('connection_secrets')
      .select('field')
      .where('connection_id', '=', id)
      .execute();
    expect(secrets).toEqual([]);
    expect((await create(endpointWish(base, { name: made.body['name'] }))).status).toBe(201);
  });

  it('is for MEMBERs to read, test and invoke, and for MANAGERs to change', async () => {
    covers('002/roles');
    const options = { type: 'openai', config: { model: 'small' }, headers: { authorization: `Bearer ${agent.key}` } };
    const { path } = await makeEndpoint(plugboard, agent.baseUrl, options);
    const [viewer, member, manager] = [
      await addPerson(plugboard, 'VIEWER'),
      await addPerson(plugboard, 'MEMBER'),
      await addPerson(plugboard, 'MANAGER'),
    ];
    const as = async (key: string): Promise<readonly number[]> => {
      const answers = [
        await plugboard.call(`GET ${endpointsPath}`, { key }),
        await plugboard.call(`GET ${endpointsPath}/types`, { key }),
        await plugboard.call(`GET ${path}`, { key }),
        await plugboard.call(`POST ${path}/test`, { key }),
        await plugboard.call(`POST ${path}/invoke`, { key, body: { messages: [{ role: 'user', content: 'hi' }] } }),
        await create(endpointWish(agent.url), 'default', key),
        await plugboard.call(`PUT ${path}`, { key, body: {} }),
        await plugboard.call(`DELETE ${endpointsPath}/${newId()}`, { key }),
      ];
      return answers.map(({ status }) => status);
    };
    expect(await as(viewer.token)).toEqual(Array(8).fill(403));
    expect(await as(member.token)).toEqual([200, 200, 200, 200, 200, 403, 403, 403]);
    expect(await as(manager.token)).toEqual([200, 200, 200, 200, 200, 201, 200, 404]);
  });
});
