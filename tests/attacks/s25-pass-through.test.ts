import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { listen } from '../emulators/listen.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectedNamed } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const token = 'k3y-se/cret+"q" é 0123456789';
const encoded = [token, `Bearer ${token}`, `x:${token}`].map((text) => Buffer.from(text).toString('base64'));

/** What would give the secret away: its parts in every form it may come back in. */
const traces: readonly string[] = [
  'se/cret',
  'se%2Fcret',
  String.raw`se\/cret`,
  ...encoded.map((text) => text.slice(12, -8)),
];

const echo = [token, encodeURIComponent(token), JSON.stringify({ [token]: token }), ...encoded].join(' | ');

interface Echoed {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

describeOnDatabases('S25: what is passed through of the secret', ({ migrated }) => {
  let plugboard: Plugboard;
  let connection: string;
  let next: Echoed;

  beforeAll(async () => {
    const provider = await listen((_request, response) => {
      const { status = 200, type = 'application/json', headers = {}, body } = next;
      response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    });
    plugboard = await startPlugboard(await migrated());
    const fields = { base_url: provider.url, api_key: token, header_name: 'X-Key' };
    connection = await connect(plugboard, ['http', fields]);
    return () => provider.stop();
  });

  const answered = async (echoed: Echoed) => {
    next = echoed;
    const answer = await plugboard.call(`POST /v1/tools/connectors/_/connections/${connection}/get`, {
      body: { path_params: { path: 'x' } },
    });
    expect(answer.headers).toHaveProperty('x-plugboard-answer');
    for (const trace of traces) expect(`${answer.text} ${JSON.stringify(answer.headers)}`).not.toContain(trace);
    return answer;
  };

  it.each<readonly [string, Echoed]>([
    ['JSON', { body: JSON.stringify({ title: echo, [token]: [echo] }) }],
    ['a refusal', { status: 422, body: JSON.stringify({ message: echo }) }],
    ['a failure', { status: 500, body: JSON.stringify({ message: echo }) }],
    ['text', { type: 'text/plain', body: echo }],
    ['a page', { type: 'text/html', body: `<p>${echo}</p>` }],
    ['text without a type', { type: '', body: echo }],
    ['text of another character set', { type: 'text/plain; charset=utf-16le', body: Buffer.from(echo, 'utf16le') }],
    ['bytes', { type: 'image/png', body: Buffer.concat([Buffer.from([0, 255, 254, 128]), Buffer.from(echo)]) }],
    ['what was compressed', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(JSON.stringify([echo])) }],
    ['what claims to be JSON', { body: `{"broken": ${echo}` }],
  ])('is nothing in %s', async (_what, echoed) => {
    covers('everywhere/7-no-secrets');
    expect((await answered(echoed)).text).toContain('[redacted]');
  });

  it('is nothing in a header, nor in the content type', async () => {
    covers('everywhere/7-no-secrets');
    const sent = encodeURIComponent(token);
    const headers = { 'x-echo': sent, 'set-cookie': `t=${sent}`, 'www-authenticate': `Bearer realm="${sent}"` };
    const { headers: shown } = await answered({ headers, type: `text/plain; token=${sent}`, body: 'ok' });
    expect(shown['content-type']).toBe('text/plain; token=[redacted]');
  });

  it('leaves JSON what it was, and everything else untouched', async () => {
    const { text } = await answered({ body: JSON.stringify({ id: 12345678901234567890n.toString(), key: token }) });
    expect(JSON.parse(text)).toEqual({ id: '12345678901234567890', key: '[redacted]' });
    const exact = '{ "id": 12345678901234567890,\n "text": "se" }';
    expect((await answered({ body: exact })).text).toBe(exact);
  });

  it('is nothing in the result of an MCP server', async () => {
    covers('everywhere/7-no-secrets');
    const server = await startEchoMcp();
    const id = await connectedNamed(plugboard, 'everything', {
      name: 'Telltale',
      headers: { Authorization: `Bearer ${'of-the-mcp-server'}` },
      target_system_servers: [{ url: server.endpoint }],
    });
    const answer = await plugboard.call(`POST /v1/tools/connectors/_/connections/${id}/tell_headers`, { body: {} });
    expect(answer.text).toContain('[redacted]');
    expect(answer.text).not.toContain('of-the-mcp-server');
    await server.stop();
  });
});
