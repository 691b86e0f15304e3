import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connect, connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const fields = ['id', 'type', 'name', 'status', 'status_reason', 'is_active', 'created_at', 'updated_at'];
const toolFields = ['name', 'label', 'description', 'type', 'requires_confirmation', 'disabled'];

function objectIdOf(id: string): string {
  return `connector_${id.replaceAll('-', '').slice(8)}`;
}

describeOnDatabases('connector objects', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let id: string;
  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    id = await connectGitlab(plugboard, gitlab.url, { label: 'Production GitLab' });
    return () => gitlab.stop();
  });

  const detail = async (of = id): Promise<Record<string, unknown>> => {
    const { body } = await plugboard.call(`GET /v1/connectors/${of}`);
    return isRecord(body['data']) ? body['data'] : {};
  };

  it('are what the document prints', async () => {
    covers('003/object', '003/list', '003/type', '003/status-reason');
    const { status, body } = await plugboard.call('GET /v1/connectors');
    expect(status).toBe(200);
    expect(body['meta']).toEqual({ request_id: expect.stringMatching(/^[0-9a-f-]{36}$/), next_cursor: null });
    const [object] = Array.isArray(body['data']) ? body['data'] : [];
    expect(Object.keys(object)).toEqual(fields);
    expect(object).toMatchObject({
      id: objectIdOf(id),
      type: 'gitlab',
      name: 'Production GitLab',
      status: 'connected',
      status_reason: null,
      is_active: true,
    });
    expect(JSON.stringify(body)).not.toContain('glpat');
  });

  it('have their tools when one is asked for, by either id', async () => {
    covers('003/detail', '003/tool', '003/tool-name', '003/ids', '003/write-asks');
    const answer = await plugboard.call(`GET /v1/connectors/${objectIdOf(id)}`);
    expect(answer.body['meta']).toEqual({ request_id: expect.any(String) });
    const data = await detail();
    expect(answer.body['data']).toEqual(data);
    expect(Object.keys(data)).toEqual([...fields, 'tools']);
    const tools: unknown[] = Array.isArray(data['tools']) ? data['tools'] : [];
    expect(tools.map((tool) => Object.keys(Object(tool)))).toEqual(tools.map(() => toolFields));
    expect(tools).toContainEqual(
      expect.objectContaining({ name: 'gitlab_create_issue', type: 'write', requires_confirmation: true }),
    );
    expect(tools).toContainEqual(
      expect.objectContaining({ name: 'gitlab_list_issues', type: 'read', requires_confirmation: false }),
    );
  });

  it.each(['connector_64f1c0ef2ec711ef6dc1dcf', 'types', 'connector_________________________', 'gitlab'])(
    'have no id like %s',
    async (wrong) => {
      covers('003/ids');
      const { status, body } = await plugboard.call(`GET /v1/connectors/${wrong}`);
      expect(status).toBe(400);
      expect(body['error']).toMatchObject({ code: 'BAD_REQUEST' });
    },
  );

  it('are several of one type under names of their own, filtered and paged without a gap', async () => {
    covers('003/several', '003/list');
    await connectGitlab(plugboard, gitlab.url, { label: 'Sandbox GitLab' });
    const first = await plugboard.call('GET /v1/connectors?limit=1&type=gitlab&status=connected&is_active=true');
    const cursor = isRecord(first.body['meta']) ? String(first.body['meta']['next_cursor']) : '';
    const second = await plugboard.call(`GET /v1/connectors?limit=1&type=gitlab&cursor=${cursor}`);
    expect(first.body['data']).toMatchObject([{ name: 'Sandbox GitLab' }]);
    expect(second.body).toMatchObject({ data: [{ name: 'Production GitLab' }], meta: { next_cursor: null } });
    for (const none of ['type=slack', 'status=auth_failed', 'is_active=false']) {
      expect((await plugboard.call(`GET /v1/connectors?${none}`)).body['data']).toEqual([]);
    }
    for (const wrong of ['limit=0', 'limit=101', 'status=pending', 'is_active=maybe', 'cursor=x']) {
      expect((await plugboard.call(`GET /v1/connectors?${wrong}`)).status).toBe(400);
    }
  });

  it('are not those that wait or are revoked', async () => {
    covers('003/unlisted');
    const started = await plugboard.call('POST /api/v1/connections', {
      body: { connectorSlug: 'gitlab', label: 'Waiting' },
    });
    const waiting = isRecord(started.body['connection']) ? String(started.body['connection']['id']) : '';
    const gone = await connectGitlab(plugboard, gitlab.url, { label: 'Gone' });
    await plugboard.call(`DELETE /api/v1/connections/${gone}`);
    const { text } = await plugboard.call('GET /v1/connectors?limit=100');
    for (const each of [waiting, gone]) {
      expect(text).not.toContain(objectIdOf(each));
      expect((await plugboard.call(`GET /v1/connectors/${each}`)).status).toBe(404);
    }
  });

  it('are not made here', async () => {
    covers('003/no-post');
    const { status, body } = await plugboard.call('POST /v1/connectors', { body: { type: 'gitlab' } });
    expect(status).toBe(404);
    expect(body['error']).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are the caller’s own and the shared ones', async () => {
    const shared = await installGitlab(plugboard, gitlab.url);
    const theirs = await plugboard.mint({ kind: 'agent', role: 'VIEWER', scopes: ['connections:read'] });
    expect((await plugboard.call(`GET /v1/connectors/${shared}`, { key: theirs })).status).toBe(200);
  });

  it('still show a tool that is switched off, refuse its calls, and never let a write run unasked', async () => {
    covers('003/disabled-tool', '003/tool-name', '003/write-asks');
    const tool = `/api/v1/connections/${id}/tools`;
    const off = await plugboard.call(`PATCH ${tool}/gitlab_list_issues`, { body: { disabled: true } });
    expect(off).toMatchObject({ status: 200, body: { name: 'list_issues', disabled: true } });
    await plugboard.call(`PATCH ${tool}/create_issue`, { body: { requires_confirmation: false } });
    const { tools } = await detail();
    expect(tools).toContainEqual(expect.objectContaining({ name: 'gitlab_list_issues', disabled: true }));
    expect(tools).toContainEqual(expect.objectContaining({ name: 'gitlab_create_issue', requires_confirmation: true }));
    expect((await plugboard.call('GET /api/v1/tools')).text).not.toContain('"gitlab__list_issues"');
    const called = await plugboard.call(`POST ${tool}/gitlab_list_issues/call`, {
      body: { arguments: { project: 'acme/api' } },
    });
    expect(called.body).toMatchObject({ status: 'rejected', reason: 'disabled' });
  });

  it('that are switched off say so, and offer no tool', async () => {
    covers('003/inactive');
    const off = await connectGitlab(plugboard, gitlab.url, { label: 'Off' });
    await plugboard.call(`PATCH /api/v1/connections/${off}`, { body: { isActive: false } });
    expect(await detail(off)).toMatchObject({ is_active: false, status: 'connected' });
    expect((await plugboard.call('GET /api/v1/tools')).text).not.toContain(off);
  });

  it('keep their status through a blip, and lose it with the credential', async () => {
    covers('003/blips', '003/auth-failed', '003/status-reason', '003/updated-at');
    gitlab.allow('glpat-shaky-0123456');
    const fields = { base_url: gitlab.url, token: 'glpat-shaky-0123456' };
    const shaky = await connect(plugboard, ['gitlab', fields], { label: 'Shaky' });
    const call = (id = shaky) =>
      plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
        body: { arguments: { project: 'acme/api', issue_iid: 1 } },
      });
    for (const blip of ['rate_limit', 'rate_limit_403', 'unavailable', 'bad_gateway', 'reset'] as const) {
      const own = await connect(plugboard, ['gitlab', fields], { label: blip });
      const unshaken = await detail(own);
      gitlab.next(blip, ...(blip === 'reset' ? [blip] : []));
      expect((await call(own)).body['status']).not.toBe('ok');
      expect(await detail(own)).toEqual(unshaken);
    }
    const before = await detail(shaky);
    gitlab.state.tokens.delete('glpat-shaky-0123456');
    expect((await call()).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    while ((await detail(shaky))['status'] === 'connected') await setTimeout(50);
    const after = await detail(shaky);
    expect(after).toMatchObject({ status: 'auth_failed', status_reason: expect.stringContaining('401') });
    expect(String(after['updated_at']) > String(before['updated_at'])).toBe(true);
  });
});
