import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { idIn, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type OpenaiEmulator, startOpenai } from '../emulators/openai.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** Every request a document prints, with values of ours, and the whole answer: no field more, none less. */
describeOnDatabases('the printed examples', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let agent: OpenaiEmulator;
  beforeAll(async () => {
    [gitlab, agent] = await Promise.all([startGitlab(), startOpenai()]);
    plugboard = await startPlugboard(await migrated());
    return () => Promise.all([gitlab.stop(), agent.stop()]);
  });

  const fields = () => ({ base_url: gitlab.url, token: gitlabTokens.valid });

  describe('of 000', () => {
    it('connect', async () => {
      covers('000/connect');
      const { status, body } = await plugboard.call('POST /v1/tools/connectors/gitlab/connect', {
        body: {
          name: 'Production GitLab',
          version: null,
          security: { authMethod: 'apiKey', ...fields() },
          general_params: [{ name: 'project', description: 'Ours', location: 'path', value: 'acme/api' }],
          headers: { 'X-Team': 'platform' },
          target_system_servers: [],
          access_scope: 'organizational',
          is_service_account: true,
        },
      });
      expect(status).toBe(200);
      expect(body).toEqual({
        id: uuid,
        connector_id: 'gitlab',
        name: 'Production GitLab',
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        access_scope: 'organizational',
        is_service_account: true,
        owner: null,
        status: 'pending',
        general_params: [{ name: 'project', description: 'Ours', location: 'path', value: 'acme/api' }],
        target_system_servers: [],
        created_at: time,
      });
    });

    it('connect without a name', async () => {
      covers('everywhere/3-tools-dialect');
      const { status, body } = await plugboard.call('POST /v1/tools/connectors/gitlab/connect', { body: {} });
      expect(status).toBe(422);
      expect(body).toEqual({ detail: [{ loc: ['body', 'name'], msg: expect.any(String), type: 'missing' }] });
    });
  });

  describe('of 001', () => {
    it('list', async () => {
      covers('001/list');
      const { items } = (await plugboard.call('GET /api/v1/connectors?q=gitlab')).body;
      expect(items).toMatchObject([
        {
          id: 'gitlab',
          name: 'GitLab',
          description: expect.any(String),
          category: expect.any(String),
          auth_mode: 'pat',
          brand_logo: expect.stringMatching(/^http/),
          brand_color: expect.stringMatching(/^#[0-9A-Fa-f]{6}$/),
        },
      ]);
    });

    it('verify', async () => {
      covers('001/verify-ok');
      const verify = 'POST /api/v1/connectors/gitlab/verify?workspace_id=default';
      const { status, body } = await plugboard.call(verify, { body: { fields: fields() } });
      expect([status, body]).toEqual([200, { ok: true, message: '' }]);
    });

    it('install', async () => {
      covers('001/install');
      const install = 'POST /api/v1/connectors/gitlab/install?workspace_id=default';
      const answer = await plugboard.call(install, { body: { name: 'GitLab (org)', fields: fields() } });
      expect([answer.status, answer.body]).toEqual([201, { integration_id: uuid, next_step: '' }]);
    });
  });

  describe('of 002', () => {
    const made = (name: string) => ({
      id: uuid,
      name,
      type: 'openai',
      baseUrl: agent.baseUrl,
      headers: { authorization: `Bearer ${agent.key}` },
      config: { model: 'small' },
      createdAt: time,
      updatedAt: time,
    });
    const create = (name: string) =>
      plugboard.call('POST /api/projects/default/connectors', {
        body: {
          name,
          type: 'openai',
          baseUrl: agent.baseUrl,
          headers: { authorization: `Bearer ${agent.key}` },
          config: { model: 'small' },
        },
      });

    it('create, list, get, update and delete', async () => {
      covers('002/create');
      const created = await create('Orders');
      expect([created.status, created.body]).toEqual([201, made('Orders')]);
      const at = `/api/projects/default/connectors/${idIn(created.body)}`;
      expect((await plugboard.call('GET /api/projects/default/connectors')).body['items']).toEqual([created.body]);
      const { headers: _, ...shown } = made('Orders');
      expect((await plugboard.call(`GET ${at}`)).body).toEqual(shown);
      const changed = await plugboard.call(`PUT ${at}`, { body: { config: { model: 'other' } } });
      expect([changed.status, changed.body]).toEqual([200, { ...made('Orders'), config: { model: 'other' } }]);
      expect((await plugboard.call(`DELETE ${at}`)).status).toBe(204);
      expect((await plugboard.call(`DELETE ${at}`)).status).toBe(404);
    });

    it('types', async () => {
      expect((await plugboard.call('GET /api/projects/default/connectors/types')).body).toEqual({
        langgraph: 'LangGraph Dev API connector for langgraph-backed agents',
        openai: expect.any(String),
      });
    });

    it('test and invoke', async () => {
      const at = `/api/projects/default/connectors/${idIn((await create('Helpdesk')).body)}`;
      const tested = await plugboard.call(`POST ${at}/test`);
      expect([tested.status, tested.body]).toEqual([
        200,
        { success: true, latencyMs: expect.any(Number), response: expect.any(String) },
      ]);
      const messages = [{ role: 'user', content: 'What is the weather like?' }];
      const invoked = await plugboard.call(`POST ${at}/invoke`, { body: { messages } });
      expect([invoked.status, invoked.body]).toEqual([
        200,
        {
          success: true,
          latencyMs: expect.any(Number),
          messages: [{ role: 'assistant', content: expect.any(String) }],
          tokensUsage: { input: expect.any(Number), output: expect.any(Number) },
        },
      ]);
    });
  });

  it('of 003', async () => {
    covers('003/object');
    const id = await installGitlab(plugboard, gitlab.url);
    const { body } = await plugboard.call(`GET /v1/connectors/${id}`);
    expect(body['data']).toEqual({
      id: expect.stringMatching(/^connector_[0-9a-f]{24}$/),
      type: 'gitlab',
      name: 'GitLab',
      status: 'connected',
      status_reason: null,
      is_active: true,
      created_at: time,
      updated_at: time,
      tools: expect.any(Array),
    });
  });

  it('of 004', async () => {
    covers('004/api-key-pending', '004/record', '004/delete');
    const { status, body } = await plugboard.call('POST /api/v1/connections', {
      body: { connectorSlug: 'gitlab', label: 'Personal GitLab' },
    });
    const id = idIn(body['connection']);
    expect([status, body]).toEqual([
      201,
      {
        connection: {
          id: uuid,
          connectorSlug: 'gitlab',
          label: 'Personal GitLab',
          handle: expect.stringMatching(/^gitlab(-\d+)?$/),
          scope: 'personal',
          status: 'pending',
          statusReason: expect.any(String),
          isActive: true,
          authType: 'api_key',
          account: null,
          scopes: [],
          endUser: null,
          metadata: {},
          createdAt: time,
          updatedAt: time,
        },
        oauthUrl: null,
        credentialSubmitUrl: expect.stringMatching(new RegExp(`/api/v1/connections/${id}/credentials$`)),
      },
    ]);
    const deleted = await plugboard.call(`DELETE /api/v1/connections/${id}`);
    expect([deleted.status, deleted.body]).toEqual([200, { deleted: true }]);
  });
});
