import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { startGitlab } from '../emulators/gitlab.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type Proxied, providerKey, startProxied } from '../support/proxied.ts';

describeOnDatabases('the raw proxy', ({ migrated }) => {
  let plugboard: Plugboard;
  let proxied: Proxied;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    proxied = await startProxied(plugboard);
    return () => proxied.stop();
  });

  const answers = (status: number, headers: Readonly<Record<string, string>> = {}, body: string | Buffer = '') =>
    proxied.answer((request, response) => {
      request.resume().once('end', () => response.writeHead(status, headers).end(body));
    });

  it('sends a read below the base address with the credentials of the connection', async () => {
    covers('proxy/own-hosts', 'proxy/reads-run', 'proxy/as-answered');
    proxied.seen();
    answers(206, { 'content-type': 'application/json', 'x-of-theirs': 'kept', etag: '"1"' }, '{"n":1}');
    const answer = await plugboard.call(`GET ${proxied.path}/things/a%20b?q=1&q=%2F&empty=`, {
      headers: {
        accept: 'application/vnd.api+json',
        'x-custom': 'passed',
        cookie: 'a=1',
        connection: 'x-hop',
        'x-hop': '1',
      },
    });
    expect(answer).toMatchObject({
      status: 206,
      text: '{"n":1}',
      headers: {
        'content-type': 'application/json',
        'x-of-theirs': 'kept',
        etag: '"1"',
        'x-plugboard-answer': 'provider',
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    const [seen] = proxied.seen();
    expect(seen).toMatchObject({
      method: 'GET',
      url: '/v1/things/a%20b?q=1&q=%2F&empty=',
      headers: { 'x-key': providerKey, accept: 'application/vnd.api+json', 'x-custom': 'passed' },
    });
    for (const name of ['authorization', 'cookie', 'x-hop', 'prefer']) expect(seen?.headers).not.toHaveProperty(name);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('%s runs without anybody being asked', async (method) => {
    covers('proxy/reads-run');
    const key = await plugboard.mint();
    answers(200, { allow: 'GET', 'content-length': '2' }, method === 'HEAD' ? '' : '{}');
    const answer = await plugboard.call(`${method} ${proxied.path}/things`, { key });
    expect(answer).toMatchObject({ status: 200, headers: { allow: 'GET', 'content-length': '2' } });
    expect(answer.text).toBe(method === 'HEAD' ? '' : '{}');
  });

  it.each([200, 204, 205, 301, 304, 400, 401, 404, 418, 429, 500, 503, 599])(
    'hands on the status %d',
    async (status) => {
      covers('proxy/as-answered');
      answers(status, { 'x-theirs': 'yes' });
      const answer = await plugboard.call(`GET ${proxied.path}/status`);
      expect(answer).toMatchObject({ status, headers: { 'x-theirs': 'yes', 'x-plugboard-answer': 'provider' } });
    },
  );

  it.each([
    ['POST', '{"a":1}', 'application/json'],
    ['PUT', 'plain text', 'text/plain'],
    ['PATCH', '<x/>', 'application/xml'],
    ['DELETE', '', undefined],
    ['POST', 'a=1&b=2', 'application/x-www-form-urlencoded'],
    ['POST', '{"cut off', 'application/json'],
    ['POST', '--x\r\n\r\n\u0000\u0001--x--', 'multipart/form-data; boundary=x'],
  ])('%s goes through as it is where writes may go unasked: %j', async (method, sent, type) => {
    covers('proxy/as-answered');
    let received = '';
    proxied.answer(async (request, response) => {
      for await (const chunk of request) received += String(chunk);
      response.writeHead(201, { 'x-type': request.headers['content-type'] ?? 'none' }).end('done');
    });
    const answer = await plugboard.server.inject({
      method: method === 'PUT' || method === 'PATCH' || method === 'DELETE' ? method : 'POST',
      url: `${proxied.path}/things`,
      headers: { host: 'localhost:7400', 'x-api-key': plugboard.adminKey, ...(type && { 'content-type': type }) },
      ...(sent === '' ? {} : { payload: sent }),
    });
    expect([answer.statusCode, answer.body, received]).toEqual([201, 'done', sent]);
    expect(answer.headers['x-type']).toBe(type ?? 'none');
  });

  it('asks for a compressed answer and hands it on as plain bytes', async () => {
    covers('proxy/as-answered');
    proxied.seen();
    const packed = gzipSync('{"packed":true}');
    answers(200, { 'content-encoding': 'gzip', 'content-length': String(packed.length) }, packed);
    const answer = await plugboard.call(`GET ${proxied.path}/things`, { headers: { 'accept-encoding': 'identity' } });
    expect(answer.text).toBe('{"packed":true}');
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(proxied.seen()[0]?.headers['accept-encoding']).toBe('gzip, deflate, br, zstd');
  });

  it('asks for a part of a file as it lies there', async () => {
    proxied.seen();
    answers(206, { 'content-range': 'bytes 0-3/9' }, 'part');
    const answer = await plugboard.call(`GET ${proxied.path}/file`, { headers: { range: 'bytes=0-3' } });
    expect(answer).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 0-3/9' }, text: 'part' });
    expect(proxied.seen()[0]?.headers).toMatchObject({ range: 'bytes=0-3', 'accept-encoding': 'identity' });
  });

  it('follows no redirect: below the base it leads back through the proxy', async () => {
    covers('proxy/own-hosts');
    answers(302, { location: `${proxied.base}/other?a=1` });
    const { publicUrl } = plugboard.app.config;
    const answer = await plugboard.call(`GET ${proxied.path}/things`);
    expect(answer).toMatchObject({ status: 302, headers: { location: `${publicUrl}${proxied.path}/other?a=1` } });
  });

  it('leaves pages alone: the link to the next one leads through the proxy', async () => {
    answers(200, { link: `<${proxied.base}/things?page=2>; rel="next"` }, '[]');
    const { publicUrl } = plugboard.app.config;
    const { headers } = await plugboard.call(`GET ${proxied.path}/things?page=1`);
    expect(headers['link']).toBe(`<${publicUrl}${proxied.path}/things?page=2>; rel="next"`);
  });

  it('takes a query parameter of the provider’s that is called like one of ours', async () => {
    proxied.seen();
    answers(200);
    const answer = await plugboard.call(`GET ${proxied.path}/things?workspace_id=42&limit=0`);
    expect(answer.status).toBe(200);
    expect(proxied.seen()[0]?.url).toBe('/v1/things?workspace_id=42&limit=0');
    const elsewhere = await plugboard.call(`GET ${proxied.path}/things`, { headers: { 'x-workspace': 'another' } });
    expect(elsewhere).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  });

  it('is found by the handle of the connection too', async () => {
    answers(200, {}, 'by handle');
    const { body } = await plugboard.call(`GET /api/v1/connections/${proxied.connection}`);
    const answer = await plugboard.call(`GET /api/v1/connections/${String(body['handle'])}/proxy/things`);
    expect(answer.text).toBe('by handle');
  });

  it('is in the log of calls, with what it came to', async () => {
    covers('proxy/on-record');
    answers(404, {}, 'no');
    const { headers } = await plugboard.call(`GET ${proxied.path}/missing`);
    const { body } = await plugboard.call('GET /api/v1/calls');
    const logged = [body['data']].flat().find((call) => JSON.stringify(call).includes(String(headers['x-request-id'])));
    expect(logged).toMatchObject({
      tool: 'proxy',
      type: 'read',
      status: 'rejected',
      reason: 'input',
      connection_id: proxied.connection,
      door: 'rest',
    });
    expect(JSON.stringify(body)).not.toContain('/missing');
  });

  it('can be called like a tool, and answers with what was answered', async () => {
    answers(404, { 'content-type': 'text/plain', 'set-cookie': 'a=1' }, 'nothing here');
    const path = `POST /api/v1/connections/${proxied.connection}/tools/proxy/call`;
    const called = await plugboard.call(path, { body: { arguments: { method: 'GET', path: '/missing' } } });
    expect(called).toMatchObject({
      status: 200,
      body: {
        status: 'rejected',
        reason: 'input',
        answer: { status: 404, headers: { 'content-type': 'text/plain' }, body: 'nothing here', encoding: 'utf8' },
      },
    });
    expect(called.text).not.toContain('set-cookie');
    const wrong = await plugboard.call(path, { body: { arguments: { method: 'TRACE', path: '/' } } });
    expect(wrong.body).toMatchObject({ status: 'rejected', reason: 'input', problems: [{ path: '/method' }] });
  });

  it('is in no list of tools', async () => {
    expect((await plugboard.call('GET /api/v1/tools?q=raw')).text).not.toContain('proxy');
  });

  it('says in our own words where there is no answer of the provider', async () => {
    covers('everywhere/3-errors');
    proxied.answer((request) => request.socket.destroy());
    const answer = await plugboard.call(`GET ${proxied.path}/things`);
    expect(answer).toMatchObject({
      status: 502,
      body: { error: { code: 'PROVIDER_UNAVAILABLE', outcome: 'unavailable' } },
    });
    expect(answer.headers).not.toHaveProperty('x-plugboard-answer');
    const write = await plugboard.call(`POST ${proxied.path}/things`, { body: { a: 1 } });
    expect(write).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT', outcome: 'outcome_unknown' } } });
  });

  it('has the connection checked where the provider turns its credentials down', async () => {
    const gitlab = await startGitlab();
    const id = await connectGitlab(plugboard, gitlab.url);
    gitlab.state.tokens.clear();
    const answer = await plugboard.call(`GET /api/v1/connections/${id}/proxy/user`);
    expect(answer).toMatchObject({ status: 401, headers: { 'x-plugboard-answer': 'provider' } });
    const status = async () => (await plugboard.call(`GET /api/v1/connections/${id}`)).body['status'];
    await expect.poll(status, { timeout: 10_000 }).toBe('auth_failed');
    const refused = await plugboard.call(`GET /api/v1/connections/${id}/proxy/user`);
    expect(refused).toMatchObject({ status: 409, body: { error: { outcome: 'rejected', reason: 'auth' } } });
    await gitlab.stop();
  });

  it('is there for connectors with an HTTP API alone', async () => {
    const server = await startEchoMcp();
    const id = await connect(plugboard, ['everything', { url: server.endpoint }]);
    const answer = await plugboard.call(`GET /api/v1/connections/${id}/proxy/mcp`);
    const message = expect.stringMatching(/is not reached by an HTTP API.*Call one of its tools/);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND', message } } });
    await server.stop();
  });
});
