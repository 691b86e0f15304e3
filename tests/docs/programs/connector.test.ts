import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from '../../../server/src/lib/json.ts';
import { listen, type Listening } from '../../emulators/listen.ts';
import { newDatabases } from '../../support/databases.ts';
import { type Plugboard, startPlugboard } from '../../support/plugboard.ts';

const token = 'desk-token-of-nobody-0123';

/** The desk that the connector of docs/guides/write-a-connector.md is for. */
async function startDesk(): Promise<Listening & { readonly messages: readonly string[] }> {
  const messages = ['It does not open.'];
  const listening = await listen((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${token}`) return send(response, 401, { error: 'Unknown token' });
    if (request.url === '/api/me') return send(response, 200, { email: 'ann@acme.example' });
    if (request.method === 'GET') return send(response, 200, { number: 17, subject: 'Door', secretary: 'x', messages });
    const body = await json(request);
    messages.push(isRecord(body) ? String(body['text']) : '');
    return send(response, 201, { sent: true });
  }

  return { ...listening, messages };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

describe('the connector that the guide writes', () => {
  const databases = newDatabases('sqlite');
  let desk: Awaited<ReturnType<typeof startDesk>>;
  let plugboard: Plugboard;
  let connection: string;
  let agent: string;

  beforeAll(async () => {
    desk = await startDesk();
    const catalogDirs = [join(import.meta.dirname, 'connectors')];
    plugboard = await startPlugboard(await databases.migrated(), { catalogDirs });
    agent = await plugboard.mint();
  });
  afterAll(() => desk.stop());

  const submit = (wrong = '') =>
    plugboard.call(`POST /api/v1/connections/${connection}/credentials`, {
      body: { base_url: desk.url, token: `${token}${wrong}` },
    });
  const call = (tool: string, args: object) =>
    plugboard.call(`POST /api/v1/connections/acme-desk/tools/${tool}/call`, { key: agent, body: { arguments: args } });

  it('is in the catalog of an instance that is given its folder', async () => {
    const found = await plugboard.call('GET /api/v1/connectors/acme-desk');
    expect(found).toMatchObject({ status: 200, body: { name: 'Acme Desk', auth_mode: 'pat' } });
  });

  it('counts once the desk has accepted the token, and says whose it is', async () => {
    const started = await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'acme-desk' } });
    const { connection: begun } = started.body;
    connection = isRecord(begun) ? String(begun['id']) : '';
    expect(await submit('-wrong')).toMatchObject({
      status: 422,
      body: { error: { message: expect.stringContaining('Unknown token') } },
    });
    expect(await submit()).toMatchObject({
      body: { connection: { status: 'connected', account: 'ann@acme.example' } },
    });
  });

  it('reads at once, and keeps what the manifest says', async () => {
    const read = await call('get_ticket', { number: 17 });
    expect(read.body).toEqual({ status: 'ok', output: { number: 17, subject: 'Door', messages: desk.messages } });
  });

  it('asks before it writes', async () => {
    const asked = await call('answer_ticket', { number: 17, text: 'Pull, do not push.' });
    expect(asked).toMatchObject({ status: 202, body: { status: 'needs_approval' } });
    expect(desk.messages).toHaveLength(1);
    await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`);
    expect(desk.messages).toEqual(['It does not open.', 'Pull, do not push.']);
  });
});
