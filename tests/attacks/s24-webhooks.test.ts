import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering, answers, startWebhookReceiver, type WebhookReceiver } from '../emulators/webhook-receiver.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { startInstance, type StartedInstance } from '../support/instance.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { deliveriesOf, happen, makeWebhook, untilDeliveries } from '../support/webhooks.ts';

const at = '/api/v1/webhooks';

/** In every spelling, and of every kind that is not on the public internet. */
const forbidden = `
  https://10.0.0.1 https://172.16.0.1/x https://192.168.1.1 https://100.64.0.1 https://169.254.1.1 https://224.0.0.1
  https://240.0.0.1 https://0.0.0.0 https://[fd00::1] https://[64:ff9b::a00:1] https://[2002:a00:1::] https://[::ffff:10.0.0.1]
  https://169.254.169.254/latest/meta-data/ https://metadata.google.internal https://0xa000001 https://167772161
  http://10.0.0.1 http://169.254.169.254 http://metadata.google.internal http://example.com https://127.0.0.2:8443
  http://127.0.0.2 http://localhost:9 http://[::1]:9 https://[::1]:9 https://127.0.0.1:22
  https://user:hunter2@example.com https://user@example.com https://example.com/#x ftp://example.com file:///etc/passwd
  javascript:alert(1) example.com /hooks https:// https://exa%00mple.com`
  .trim()
  .split(/\s+/);

describe('S24: a webhook', () => {
  const { migrated } = newDatabases('sqlite');
  let plugboard: Plugboard;
  let receiver: WebhookReceiver;
  let elsewhere: WebhookReceiver;

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    elsewhere = await startWebhookReceiver();
    plugboard = await startPlugboard(await migrated(), {
      publicUrl: 'https://plugboard.example.com',
      rateLimit: 'off',
    });
    return async () => void (await Promise.all([receiver.stop(), elsewhere.stop()]));
  });

  const make = (path: string) => makeWebhook(plugboard, receiver.url + path);
  const test = async (id: string) => (await plugboard.call(`POST ${at}/${id}/test`)).body;

  it.each(forbidden)('is never at %s', async (url) => {
    covers('webhooks/address');
    const body = { url, events: ['*'] };
    const made = await plugboard.call(`POST ${at}`, { body });
    expect(made, made.text).toMatchObject({ status: 400, text: expect.stringContaining('url') });
    expect(made.text).not.toContain('hunter2');
  });

  it('is not moved there either, and stays where it was', async () => {
    covers('webhooks/address');
    const { id } = await make('/here');
    for (const url of ['https://10.0.0.1/', 'http://example.com/', 'https://a:b@example.com/'])
      expect((await plugboard.call(`PATCH ${at}/${id}`, { body: { url, enabled: false } })).status).toBe(400);
    expect((await plugboard.call(`GET ${at}/${id}`)).body).toMatchObject({
      url: `${receiver.url}/here`,
      enabled: true,
    });
  });

  it.each([301, 302, 303, 307, 308])('that redirects (%i) is not followed', async (status) => {
    covers('webhooks/redirects');
    for (const to of [`${elsewhere.url}/there`, 'http://169.254.169.254/latest/', '/again']) {
      const path = `/redirects/${status}`;
      receiver.answer(answering(status, { location: to }), path);
      const { id } = await make(path);
      const before = receiver.at(path).length;
      expect(await test(id)).toMatchObject({
        status: 'failed',
        last_status_code: status,
        last_error: expect.stringContaining('redirect'),
      });
      expect(receiver.at(path)).toHaveLength(before + 1);
      await plugboard.call(`DELETE ${at}/${id}`);
    }
    expect(elsewhere.received).toEqual([]);
    expect(receiver.at('/again')).toEqual([]);
  });

  it('that never answers, or never ends, is given up after five seconds', { timeout: 20_000 }, async () => {
    covers('webhooks/hostile-answers');
    const ways = { '/never': answers.never, '/drips': answers.drips, '/trickles': trickling };
    const started = performance.now();
    const tested = Object.entries(ways).map(async ([path, how]) => {
      receiver.answer(how, path);
      return test((await make(path)).id);
    });
    for (const each of await Promise.all(tested))
      expect(each).toMatchObject({ status: 'failed', last_error: expect.stringContaining('within 5 seconds') });
    expect(performance.now() - started).toBeLessThan(7_500);
  });

  it('that breaks off, hangs up or talks nonsense has not taken it', async () => {
    covers('webhooks/hostile-answers');
    const nonsense = (response: ServerResponse) => response.socket?.end('What?\r\n\r\n');
    const ways = { '/half': answers.breaksOff, '/hangs-up': answers.hangsUp, '/nonsense': nonsense, '/zipped': badZip };
    for (const [path, how] of Object.entries(ways)) {
      receiver.answer(how, path);
      const { id } = await make(path);
      expect(await test(id), path).toMatchObject({ status: 'failed', last_error: expect.stringMatching(/\.$/) });
    }
  });

  it('that answers 10 MB is read no further than 2 KB', async () => {
    covers('webhooks/hostile-answers');
    let sent = 0;
    receiver.answer((response) => pour(response, (bytes) => (sent += bytes)), '/pours');
    const { last_answer: answer, ...tested } = await test((await make('/pours')).id);
    expect(tested).toMatchObject({ status: 'delivered', last_status_code: 200 });
    expect(String(answer)).toMatch(/^a+$/);
    expect(String(answer).length).toBeLessThanOrEqual(2_048);
    expect(sent).toBeLessThan(10_000_000);
  });

  it('that repeats our secret does not get it into the list, cut in two or not', async () => {
    covers('webhooks/hostile-answers', 'webhooks/secret-sealed');
    const { id, secret } = await make('/echoes');
    const key = secret.replace('whsec_', '');
    const said = [
      secret,
      key,
      encodeURIComponent(key),
      JSON.stringify({ key }),
      'x'.repeat(2_010) + secret,
      '\0nul \0',
    ];
    for (const body of said) {
      receiver.answer(answering(500, {}, body), '/echoes');
      const { last_answer: answer } = await test(id);
      expect(String(answer)).not.toContain(key.slice(0, 12));
      expect(String(answer)).not.toContain('\0');
    }
    const listed = await plugboard.call(`GET ${at}/${id}/deliveries`);
    expect(listed.text).not.toContain(key.slice(0, 12));
    expect(listed.text).toContain('[redacted]');
  });

  it('that lies in wait holds up nobody else', { timeout: 20_000 }, async () => {
    covers('webhooks/independent', 'webhooks/hostile-answers');
    receiver.answer(answers.drips, '/slow');
    const slow = await make('/slow');
    const quick = await make('/quick');
    const workspaceId = plugboard.workspaceId;
    const happenings = Array.from({ length: 12 }, (_, index) => ({ connection: `c${index}`, reason: 'it' }));
    const started = performance.now();
    await happen(plugboard.app.storage, workspaceId, happenings);
    await untilDeliveries(plugboard, quick.id, { status: 'delivered', count: 12 });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await deliveriesOf(plugboard, slow.id, '&status=delivered')).toEqual([]);
    await plugboard.call(`DELETE ${at}/${slow.id}`);
  });
});

describe('S24: the name of a webhook', () => {
  let instance: StartedInstance;
  const { migrated } = newDatabases('sqlite');
  let leads = '93.184.215.14';
  beforeAll(async () => {
    const resolver = async () => [{ address: leads, ttl: 0 }];
    instance = await startInstance(await migrated(), {}, { resolver });
  });
  afterAll(() => instance.stop());

  const call = async (operation: string, payload?: object) => {
    const [method = '', url = ''] = operation.split(' ');
    const headers = { host: 'localhost:7400', 'x-api-key': instance.adminKey };
    const isPost = method === 'POST';
    const response = isPost
      ? await instance.server.inject({ method: 'POST', url, headers, ...(payload && { payload }) })
      : await instance.server.inject({ method: 'GET', url, headers });
    return { status: response.statusCode, text: response.body, body: response.json<Record<string, unknown>>() };
  };
  const body = { url: 'https://hooks.example.com/x', events: ['*'] };

  it('that leads inside is refused when it is made', async () => {
    covers('webhooks/address');
    for (const address of ['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', 'fd00::1']) {
      leads = address;
      expect((await call(`POST ${at}`, body)).status, address).toBe(400);
    }
  });

  it('that leads inside by the time something is sent is not dialled', async () => {
    covers('webhooks/address-again');
    leads = '93.184.215.14';
    const made = await call(`POST ${at}`, body);
    expect(made.status, made.text).toBe(201);
    const { id } = Object(made.body['webhook']);
    for (const address of ['10.0.0.1', '127.0.0.1', '169.254.169.254', '::ffff:127.0.0.1']) {
      leads = address;
      expect((await call(`POST ${at}/${id}/test`)).body).toMatchObject({
        status: 'failed',
        last_status_code: null,
        last_error: expect.stringMatching(/refuses|never reached/),
      });
    }
  });
});

/** Its headers never come to an end. */
function trickling(response: ServerResponse): void {
  const { socket } = response;
  socket?.write('HTTP/1.1 200 OK\r\nx-a: ');
  const dripping = setInterval(() => socket?.write('a'), 100);
  response.on('close', () => clearInterval(dripping));
}

function badZip(response: ServerResponse): void {
  response.writeHead(200, { 'content-encoding': 'gzip' }).end('This is no gzip.');
}

/** 10 MB, as far as somebody takes them. */
function pour(response: ServerResponse, count: (bytes: number) => void): void {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  const body = Readable.from(
    (function* letters() {
      for (let at = 0; at < 160; at += 1) {
        count(chunk.length);
        yield chunk;
      }
    })(),
  );
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.on('close', () => body.destroy());
  body.pipe(response);
}
