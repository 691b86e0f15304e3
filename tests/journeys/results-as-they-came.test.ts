import { beforeAll, expect, it } from 'vitest';
import { listen, type Listening } from '../emulators/listen.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const token = 'token-of/the "desk"';

/** A tool that reads what a provider says, one that writes, and one that shows a part of it. */
const plain = `
schema: 1
id: plain
name: Plain
version: 1.0.0
description: A provider that says whatever it is told to.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: token, label: Token, secret: true }
  - { key: base_url, label: Address, type: url }
auth: { scheme: bearer, token: '\${field.token}' }
verify: { kind: http, url: '\${field.base_url}/me' }
http: { base_url: '\${field.base_url}' }
tools:
  - name: get
    label: Get
    description: Reads what it says.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /it }
  - name: part
    label: Get a part
    description: Reads a part of it.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /it, select: rows }
  - name: put
    label: Put
    description: Writes something there.
    effect: write
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: POST, path: /it }
`;

describeOnDatabases('the result of a call', ({ migrated }) => {
  const folder = catalogFolder({ plain });
  let plugboard: Plugboard;
  let provider: Listening;
  let says: string | Buffer = '';
  let connection: string;
  let bold: string;

  beforeAll(async () => {
    provider = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(says);
    });
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    connection = await connect(plugboard, ['plain', { token, base_url: provider.url }]);
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    return () => provider.stop();
  });

  const overRest = async (tool: string, answer: string | Buffer, headers: Readonly<Record<string, string>> = {}) => {
    says = answer;
    const path = `POST /api/v1/connections/${connection}/tools/${tool}/call` as const;
    return plugboard.call(path, { key: bold, body: { arguments: {} }, headers });
  };
  const overMcp = async (answer: string) => {
    says = answer;
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    };
    const body = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'plain__get', arguments: {} } };
    return plugboard.call('POST /mcp', { key: bold, headers, body });
  };

  const exact = String.raw`{"id":12345678901234567890,"price":1.0,"name":"\u00fc","rows":[1.0]}`;

  it('is what the provider wrote, to the letter', async () => {
    for (const tool of ['get', 'put']) {
      const { status, text, headers } = await overRest(tool, exact);
      expect(status).toBe(200);
      expect(text).toBe(`{"status":"ok","output":${exact}}`);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
    }
  });

  it('is that for an MCP client too, in a text', async () => {
    const { body } = await overMcp(exact);
    expect(body).toEqual({ jsonrpc: '2.0', id: 7, result: { content: [{ type: 'text', text: exact }] } });
  });

  it('is closed up for an MCP client, who pays for every space', async () => {
    const { body } = await overMcp(JSON.stringify({ a: [1, { b: 2 }] }, null, 2));
    expect(body).toMatchObject({ result: { content: [{ type: 'text', text: '{"a":[1,{"b":2}]}' }] } });
  });

  it('is written anew where a part of it was asked for', async () => {
    const { text } = await overRest('part', exact);
    expect(text).toBe('{"status":"ok","output":[1]}');
  });

  it('is the same each time under one Idempotency-Key', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const first = await overRest('put', exact, key);
    const second = await overRest('put', '{"another":true}', key);
    expect(first.text).toContain('"price":1,');
    expect(second.text).toBe(first.text);
  });

  it.each([
    ['cut off', '{"a":[1,2'],
    ['followed by what would end ours', '{"a":1},"status":"rejected","x":{}}'],
    ['nested too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('is a text where what came is %s', async (_what, answer) => {
    expect((await overRest('get', answer)).body).toEqual({ status: 'ok', output: answer });
    expect((await overMcp(answer)).body).toMatchObject({ result: { content: [{ type: 'text', text: answer }] } });
  });

  it('is valid JSON and UTF-8 whatever bytes came', async () => {
    const bytes = Buffer.concat([Buffer.from('\uFEFF{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect((await overRest('get', bytes)).body).toEqual({ status: 'ok', output: { a: '\uFFFD' } });
  });

  it('is a megabyte as well as a word', async () => {
    const rows = Array.from({ length: 8_000 }, (_, id) => ({ id, text: `"Größe" ${'lorem ipsum '.repeat(10)}` }));
    const answer = JSON.stringify(rows);
    expect(answer.length).toBeGreaterThan(1024 * 1024);
    expect((await overRest('get', answer)).text).toBe(`{"status":"ok","output":${answer}}`);
    expect((await overMcp(answer)).body).toMatchObject({ result: { content: [{ text: answer }] } });
  });

  it.each([
    ['as it is', JSON.stringify(token)],
    [
      'in escapes',
      `"${[...token].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
    ],
    ['beside a name that stands twice', `${JSON.stringify(token)},"a":1`],
  ])('holds no secret that came %s (S25)', async (_how, spelling) => {
    const answer = `{"price":1.0,"b":1,"a":${spelling}}`;
    for (const { text, body } of [await overRest('get', answer), await overMcp(answer)]) {
      expect(text).not.toMatch(/\\u00|the .{0,3}desk/);
      expect(JSON.stringify(body)).not.toContain('of/the');
    }
  });
});
