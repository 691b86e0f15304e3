import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { catalogFolder, openData } from '../support/catalog-folder.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** Words that stand in our paths beside something that is called by an id. */
const words = ['types', 'search', 'connect', 'connectors', 'connections', 'operations', 'oauth', 'start', 'verify'];
const taken = ['mcp', 'plugboard'];

const named = (id: string) => openData.replace('id: open-data', `id: ${id}`);

/** The fields that contract 001 prints of an item, and those of contract 004. */
const first = ['id', 'name', 'description', 'category', 'auth_mode', 'brand_logo', 'brand_color'];
const second = ['slug', 'name', 'description', 'authType', 'configured', 'availability', 'tools'];

describeOnDatabases('addresses that several documents share', ({ migrated }) => {
  const folder = catalogFolder(Object.fromEntries([...words, ...taken].map((id) => [id, named(id)])));
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    return () => gitlab.stop();
  });

  const get = (path: string) => plugboard.call(`GET ${path}`);

  it.each([
    ['/api/v1/connections/oauth/start', 'slug'],
    ['/api/v1/connections/oauth/callback', 'sign-in'],
  ])('%s is the fixed word, never the id of a connection', async (path, word) => {
    covers('004/fixed-words');
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(word);
  });

  it('the types of agent endpoints are never an endpoint called so', async () => {
    covers('004/fixed-words');
    const { status, body } = await get('/api/projects/default/connectors/types');
    expect(status).toBe(200);
    expect(body).toHaveProperty('langgraph');
  });

  it.each([
    'GET /api/v1/connections/oauth',
    'DELETE /api/v1/connections/start',
    'GET /api/v1/connections/oauth/oauth',
    'POST /api/v1/connections/oauth/credentials',
    'PATCH /api/v1/connections/oauth/tools/get_issue',
    'GET /v1/connectors/types',
    'GET /v1/connectors/gitlab',
    'PUT /api/projects/default/connectors/types',
  ])('%s names nothing: the word is no id', async (operation) => {
    covers('004/fixed-words', '004/malformed-id');
    const body = operation.startsWith('GET') || operation.startsWith('DELETE') ? {} : { body: {} };
    expect(await plugboard.call(operation, body)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST' } },
    });
  });

  it.each(words)('a connector called %s is reached as itself, and hides nothing', async (id) => {
    covers('004/fixed-words');
    expect((await get(`/api/v1/connectors/${id}`)).body).toMatchObject({ id });
    const body = { connectorSlug: id, label: `Called ${id}` };
    expect((await plugboard.call('POST /api/v1/connections', { body })).status).toBe(201);
    expect((await get(`/v1/tools/connectors/${id}/operations`)).status).toBe(200);
    expect((await get('/api/projects/default/connectors/types')).body).toHaveProperty('langgraph');
    expect((await get('/api/v1/connections/oauth/start')).text).toContain('slug');
  });

  it.each(taken)('a folder called %s is no connector: the name is taken', async (id) => {
    covers('004/fixed-words');
    expect((await get(`/api/v1/connectors/${id}`)).status).toBe(404);
    const body = { connectorSlug: id };
    expect((await plugboard.call('POST /api/v1/connections', { body })).status).toBe(400);
  });

  it('one list is the catalog of both documents', async () => {
    covers('004/catalog', '001/list');
    const { items } = (await get('/api/v1/connectors')).body;
    if (!Array.isArray(items)) throw new Error('It is no array.');
    expect(items.length).toBeGreaterThan(words.length);
    for (const item of items) {
      expect(Object.keys(item)).toEqual(expect.arrayContaining([...new Set([...first, ...second])]));
      expect(item.slug).toBe(item.id);
      expect('availabilityReason' in item).toBe(item.availability !== 'available');
      expect('credentialFields' in item).toBe(item.authType === 'api_key');
      for (const tool of item.tools) expect(Object.keys(tool).toSorted()).toEqual(['description', 'name']);
      for (const field of item.credentialFields ?? [])
        expect(field).toMatchObject({
          key: expect.any(String),
          label: expect.any(String),
          required: expect.any(Boolean),
        });
    }
  });

  it('a connection is the same by the ids of three documents', async () => {
    covers('004/fixed-words', '003/ids');
    const id = await connectGitlab(plugboard, gitlab.url, { label: 'Everywhere' });
    const object = `connector_${id.replaceAll('-', '').slice(8)}`;
    expect((await get(`/api/v1/connections/${id}`)).body).toMatchObject({ label: 'Everywhere' });
    for (const name of [id, object])
      expect((await get(`/v1/connectors/${name}`)).body).toMatchObject({ data: { name: 'Everywhere', id: object } });
    expect((await get(`/api/v1/connections/${object}`)).status).toBe(400);
  });
});
