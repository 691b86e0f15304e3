import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { type ApiRequest, type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type Proxied, startProxied } from '../support/proxied.ts';

interface Sent {
  readonly method: string;
  readonly body: string;
  readonly type: string | undefined;
}

describeOnDatabases('a raw request that asks', ({ migrated }) => {
  let plugboard: Plugboard;
  let proxied: Proxied;
  let agent: string;
  const sent: Sent[] = [];
  let count = 0;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    proxied = await startProxied(plugboard);
    agent = await plugboard.mint();
    proxied.answer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = '', headers } = request;
      sent.push({ method, body: Buffer.concat(chunks).toString('latin1'), type: headers['content-type'] });
      response.writeHead(201, { 'content-type': 'application/json', etag: '"new"' }).end('{"id":7}');
    });
    return () => proxied.stop();
  });

  const newPath = () => `/things/${(count += 1)}`;
  const ask = (method: string, path: string, request: ApiRequest = {}) =>
    plugboard.call(`${method} ${proxied.path}${path}`, { key: agent, ...request });
  const askAndWait = (method: string, path: string, request: ApiRequest = {}) =>
    ask(method, path, { ...request, headers: { ...request.headers, prefer: 'wait=45' } });
  const decide = (id: string, how: 'approve' | 'decline' = 'approve', body: object = {}) =>
    plugboard.call(`POST /api/v1/approvals/${id}/${how}`, { body });
  const sentTo = () => sent.splice(0);

  async function approvalFor(path: string): Promise<string> {
    const pending = async () => {
      const { body } = await plugboard.call('GET /api/v1/approvals?status=pending&limit=100');
      const all: readonly unknown[] = Array.isArray(body['data']) ? body['data'] : [];
      return all.filter(isRecord).find(({ target }) => String(target).endsWith(path));
    };
    await expect.poll(pending, { timeout: 10_000 }).toBeDefined();
    return String((await pending())?.['id']);
  }

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is a 202 at once where the caller prefers that', async (method) => {
    covers('proxy/writes-ask', 'proxy/waits');
    const answer = await ask(method, newPath(), { headers: { prefer: 'respond-async' } });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'needs_approval', approval_id: expect.any(String) },
      headers: { 'preference-applied': 'respond-async' },
    });
    expect(answer.headers).not.toHaveProperty('x-plugboard-answer');
    expect(sentTo()).toEqual([]);
  });

  it('shows the person who decides all of it', async () => {
    covers('proxy/writes-ask');
    const path = newPath();
    const asked = await ask('DELETE', `${path}?force=1`, {
      body: { why: 'because' },
      headers: { 'x-custom': 'told', authorization: `Bearer ${agent}` },
    });
    const seen = await plugboard.call(`GET /api/v1/approvals/${String(asked.body['approval_id'])}`);
    expect(seen.body).toMatchObject({
      tool: 'proxy',
      type: 'write',
      destructive: true,
      target: `DELETE ${proxied.base}${path}?force=1`,
      arguments: {
        method: 'DELETE',
        path,
        query: 'force=1',
        body: '{"why":"because"}',
        headers: { 'x-custom': 'told' },
      },
    });
    expect(seen.text).not.toContain(agent);
  });

  it('waits for the decision and is answered with what the provider answers', async () => {
    covers('proxy/waits');
    const path = newPath();
    const answer = askAndWait('POST', path, { body: { title: 'new' } });
    expect((await decide(await approvalFor(path))).body).toMatchObject({ status: 'done' });
    expect(await answer).toMatchObject({
      status: 201,
      text: '{"id":7}',
      headers: { etag: '"new"', 'x-plugboard-answer': 'provider', 'content-disposition': 'attachment' },
    });
    expect(sentTo()).toEqual([{ method: 'POST', body: '{"title":"new"}', type: 'application/json' }]);
  });

  it('is answered once for the same request, and is then a question of its own', async () => {
    covers('proxy/waits');
    const path = newPath();
    const body = { title: 'again' };
    const asked = await ask('POST', path, { body });
    const again = await ask('POST', path, { body });
    expect(again.body).toEqual(asked.body);
    await decide(String(asked.body['approval_id']));
    expect(await ask('POST', path, { body })).toMatchObject({ status: 201, text: '{"id":7}' });
    expect(await ask('POST', path, { body })).toMatchObject({ status: 202 });
    expect(sentTo()).toHaveLength(1);
  });

  it('is another one with another body, another header or another query', async () => {
    const path = newPath();
    const answers = [
      await ask('POST', path, { body: { a: 1 } }),
      await ask('POST', path, { body: { a: 2 } }),
      await ask('POST', path, { body: { a: 1 }, headers: { 'x-custom': '1' } }),
      await ask('POST', `${path}?b=1`, { body: { a: 1 } }),
      await ask('PUT', path, { body: { a: 1 } }),
    ];
    expect(new Set(answers.map(({ body }) => body['approval_id'])).size).toBe(5);
  });

  it('sends bytes that are no text as they were', async () => {
    covers('proxy/writes-ask');
    const path = newPath();
    const bytes = Buffer.from([0, 1, 254, 255, 13, 10]);
    const asked = await plugboard.server.inject({
      method: 'PUT',
      url: `${proxied.path}${path}`,
      headers: { host: 'localhost:7400', 'x-api-key': agent, prefer: 'respond-async', 'content-type': 'image/png' },
      payload: bytes,
    });
    await decide(String(asked.json<{ approval_id: string }>().approval_id));
    expect(sentTo()).toEqual([{ method: 'PUT', body: bytes.toString('latin1'), type: 'image/png' }]);
  });

  it('is a 403 with what was said where a person declines', async () => {
    const path = newPath();
    const answer = askAndWait('POST', path, { body: {} });
    await decide(await approvalFor(path), 'decline', { note: 'Not today.' });
    expect(await answer).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', message: 'Not today.', outcome: 'rejected', reason: 'declined' } },
    });
    expect(sentTo()).toEqual([]);
  });

  it.each([
    ['that a person can be asked about may wait', 250 * 1024, 202],
    ['of more may not', 256 * 1024, 413],
  ])('a body %s', async (_what, size, status) => {
    covers('everywhere/3-other-caps');
    const headers = {
      'content-type': 'text/plain',
      prefer: 'respond-async',
      host: 'localhost:7400',
      'x-api-key': agent,
    };
    const payload = Buffer.alloc(size, 'x');
    const answer = await plugboard.server.inject({
      method: 'POST',
      url: `${proxied.path}${newPath()}`,
      headers,
      payload,
    });
    expect(answer.statusCode).toBe(status);
    if (status === 413) expect(answer.body).toMatch(/PAYLOAD_TOO_LARGE.*256 KiB.*tools:write_unasked/);
    expect(sentTo()).toEqual([]);
  });

  it('a refusal of the provider is handed on as it is', async () => {
    const other = await startProxied(plugboard, 'Refusing');
    other.answer((_request, response) => void response.writeHead(422, { 'x-why': 'no' }).end('{"message":"no"}'));
    const asked = await plugboard.call(`POST ${other.path}/things`, { key: agent, body: {} });
    await decide(String(asked.body['approval_id']));
    const answer = await plugboard.call(`POST ${other.path}/things`, { key: agent, body: {} });
    expect(answer).toMatchObject({ status: 422, text: '{"message":"no"}', headers: { 'x-why': 'no' } });
    await other.stop();
  });

  it('an answer that is too large to be kept is told without its body', async () => {
    const other = await startProxied(plugboard, 'Verbose');
    other.answer((_request, response) => void response.writeHead(201).end(Buffer.alloc(1024 * 1024 + 1, 'x')));
    const asked = await plugboard.call(`POST ${other.path}/things`, { key: agent, body: {} });
    await decide(String(asked.body['approval_id']));
    const answer = await plugboard.call(`POST ${other.path}/things`, { key: agent, body: {} });
    expect(answer).toMatchObject({
      status: 201,
      text: '',
      headers: { 'x-plugboard-left-out': expect.stringContaining('larger than 1 MiB') },
    });
    await other.stop();
  });

  it('a read asks too where a person has switched that on, and nothing runs where it is switched off', async () => {
    const other = await startProxied(plugboard, 'Switched');
    const path = `/api/v1/connections/${other.connection}/tools/proxy`;
    expect((await plugboard.call(`PATCH ${path}`, { body: { requires_confirmation: true } })).status).toBe(200);
    const asked = await plugboard.call(`GET ${other.path}/things`, { key: agent });
    expect(asked.status).toBe(202);
    await decide(String(asked.body['approval_id']));
    expect(await plugboard.call(`GET ${other.path}/things`, { key: agent })).toMatchObject({ status: 200, text: '{}' });
    await plugboard.call(`PATCH ${path}`, { body: { disabled: true } });
    for (const method of ['GET', 'POST']) {
      const refused = await plugboard.call(`${method} ${other.path}/things`);
      expect(refused).toMatchObject({ status: 403, body: { error: { reason: 'disabled' } } });
    }
    await other.stop();
  });

  it('waits for nobody with a key that may write unasked, and is on disk before it is sent', async () => {
    covers('proxy/on-record');
    const statuses: string[] = [];
    const other = await startProxied(plugboard, 'Unasked');
    other.answer(async (_request, response) => {
      const rows = await plugboard.app.storage.rows
        .selectFrom('calls')
        .select('status')
        .where('connection_id', '=', other.connection)
        .execute();
      statuses.push(...rows.map(({ status }) => status));
      response.writeHead(204).end();
    });
    const answer = await plugboard.call(`POST ${other.path}/things`, { body: {} });
    expect([answer.status, statuses]).toEqual([204, ['executing']]);
    await other.stop();
  });
});
