import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { listen } from '../emulators/listen.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const token = 'k3y-se/cret+"q" é 0123456789';
const encoded = [token, `Bearer ${token}`, `x:${token}`].map((text) => Buffer.from(text).toString('base64'));
const echo = [token, encodeURIComponent(token), JSON.stringify({ [token]: token }), ...encoded].join(' | ');
const sent = encodeURIComponent(token);

/** What would give the secret away: its parts in every form it may come back in. */
const traces: readonly string[] = [
  'se/cret',
  'se%2Fcret',
  String.raw`se\/cret`,
  ...encoded.map((text) => text.slice(12, -8)),
];

interface Echoed {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pieces: readonly (string | Buffer)[];
}

const bytewise = (text: string): readonly Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

describeOnDatabases('S25: what comes back through the raw proxy of the secret', ({ migrated }) => {
  let plugboard: Plugboard;
  let connection: string;
  let next: Echoed;

  beforeAll(async () => {
    const provider = await listen(async (_request, response) => {
      const { status = 200, type = 'application/json', headers = {}, pieces } = next;
      response.writeHead(status, { 'content-type': type, ...headers });
      for (const piece of pieces) {
        response.write(piece);
        await new Promise(setImmediate);
      }
      response.end();
    });
    plugboard = await startPlugboard(await migrated());
    connection = await connect(plugboard, ['http', { base_url: provider.url, api_key: token, header_name: 'X-Key' }]);
    return () => provider.stop();
  });

  const answered = async (echoed: Echoed, method = 'GET') => {
    next = echoed;
    const answer = await plugboard.call(`${method} /api/v1/connections/${connection}/proxy/x`);
    expect(answer.headers).toHaveProperty('x-plugboard-answer');
    const plain = answer.text.replaceAll('\0', '');
    for (const trace of traces) expect(`${plain} ${JSON.stringify(answer.headers)}`).not.toContain(trace);
    return answer;
  };

  it.each<readonly [string, Echoed]>([
    ['JSON', { pieces: [JSON.stringify({ title: echo, [token]: [echo] })] }],
    ['a refusal', { status: 422, pieces: [JSON.stringify({ message: echo })] }],
    ['a failure', { status: 500, pieces: [JSON.stringify({ message: echo })] }],
    ['text', { type: 'text/plain', pieces: [echo] }],
    ['text without a type', { type: '', pieces: [echo] }],
    ['bytes', { type: 'image/png', pieces: [Buffer.from([0, 255, 254, 128]), echo] }],
    ['what says that it is bytes', { type: 'application/octet-stream', pieces: [echo] }],
    ['what arrives byte by byte', { pieces: bytewise(`{"a":${JSON.stringify(echo)}}`) }],
    ['an event stream', { type: 'text/event-stream', pieces: [`data: ${echo.slice(0, 9)}`, `${echo.slice(9)}\n\n`] }],
    ['what was compressed', { headers: { 'content-encoding': 'gzip' }, pieces: [gzipSync(JSON.stringify([echo]))] }],
    ['text of another character set', { type: 'text/plain; charset=utf-16le', pieces: [Buffer.from(echo, 'utf16le')] }],
  ])('is nothing in %s', async (_what, echoed) => {
    covers('everywhere/7-no-secrets', 'proxy/as-answered');
    const { text } = await answered(echoed);
    expect(text.replaceAll('\0', '')).toContain('[redacted]');
  });

  it('is nothing in what is known to be short', async () => {
    covers('everywhere/7-no-secrets');
    const { headers, text } = await answered({
      headers: { 'content-length': String(Buffer.byteLength(echo)) },
      pieces: [echo],
    });
    expect(Buffer.byteLength(text)).toBe(Number(headers['content-length']));
  });

  it('is nothing in a header, nor in the content type, nor where a redirect leads', async () => {
    covers('everywhere/7-no-secrets');
    const headers = {
      'x-echo': sent,
      'www-authenticate': `Bearer realm="${sent}"`,
      location: `https://evil.example/?t=${sent}`,
    };
    const { headers: shown } = await answered({
      status: 302,
      headers,
      type: `text/plain; token=${sent}`,
      pieces: ['ok'],
    });
    expect(shown['content-type']).toBe('text/plain; token=[redacted]');
    expect(shown['x-provider-location']).toBe('https://evil.example/?t=[redacted]');
  });

  it('is nothing in what is kept of an approved request', async () => {
    covers('everywhere/7-no-secrets');
    const agent = await plugboard.mint();
    next = { pieces: [JSON.stringify([echo])], headers: { 'x-echo': sent } };
    const path = `POST /api/v1/connections/${connection}/proxy/x`;
    const asked = await plugboard.call(path, { key: agent, body: {} });
    await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`);
    const answer = await plugboard.call(path, { key: agent, body: {} });
    expect(answer.status).toBe(200);
    for (const trace of traces) expect(`${answer.text} ${JSON.stringify(answer.headers)}`).not.toContain(trace);
  });
});
