import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../../../../tests/emulators/listen.ts';
import { openEgress } from '../../../../../tests/support/open-egress.ts';
import { Secret } from '../../../lib/secret.ts';
import { createRedactor } from '../../../lib/redact.ts';
import { createByteRedactor } from './redact-bytes.ts';
import type { RelayedAnswer } from './relay.ts';
import { holdProxied, type ProxiedCall, relayProxied } from './send-proxied.ts';

type Provider = (request: IncomingMessage, response: ServerResponse) => void;

const egress = openEgress();
let server: Listening;
let provider: Provider;
beforeAll(async () => {
  server = await listen((request, response) => provider(request, response));
});
afterAll(() => Promise.all([server.stop(), egress.close()]));

function newCall(changes: Partial<ProxiedCall> = {}): ProxiedCall {
  return {
    request: { method: 'GET', url: `${server.url}/v1/x`, base: `${server.url}/v1`, headers: {} },
    effect: 'read',
    redactor: createRedactor([new Secret('of-the-provider')]),
    bytes: createByteRedactor([new Secret('of-the-provider')]),
    egress,
    clock: { now: Date.now },
    signal: new AbortController().signal,
    loopback: false,
    here: 'http://localhost:7400/proxy',
    ...changes,
  };
}

/** What the call came to, and what went on of its answer. */
async function relayed(call: ProxiedCall, body?: Readable) {
  let tooLarge = false;
  const { promise: answered, resolve: onAnswer } = Promise.withResolvers<RelayedAnswer>();
  const over = relayProxied(call, { body, bodyBytes: undefined, onAnswer, onTooLarge: () => (tooLarge = true) });
  const taken = answered.then(async ({ status, body: sent }) => {
    const bytes = Buffer.isBuffer(sent) ? sent : await buffer(sent).catch((error: Error) => error.message);
    return { status, bytes: String(bytes) };
  });
  const outcome = await over;
  const answer = await Promise.race([
    taken,
    new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
  ]);
  return { outcome, answer, tooLarge };
}

const slow = { timeoutMs: 150 };
const write = { effect: 'write' } as const;

describe('a provider that does not answer as it should', () => {
  it('takes the request and says nothing: it is given up in time', async () => {
    provider = () => undefined;
    const { outcome, answer } = await relayed(newCall(slow));
    expect([outcome.status, answer]).toEqual(['unavailable', undefined]);
    expect((await relayed(newCall({ ...slow, ...write }))).outcome.status).toBe('outcome_unknown');
  });

  it('begins and stops: the answer is cut with an error in time', async () => {
    provider = (_request, response) => void response.writeHead(200).write('beginning');
    const { outcome, answer } = await relayed(newCall(slow));
    expect(outcome.status).toBe('unavailable');
    expect(answer).toMatchObject({ status: 200, bytes: expect.stringContaining('did not answer within') });
  });

  it('breaks off: the answer is cut with an error', async () => {
    provider = (_request, response) => {
      response.writeHead(200).write('beginning');
      setImmediate(() => response.destroy());
    };
    const { outcome, answer } = await relayed(newCall());
    expect(outcome.status).toBe('unavailable');
    expect(answer?.bytes).toContain('broke the connection');
  });

  it('breaks off after it said what became of a write: that counts', async () => {
    provider = (_request, response) => {
      response.writeHead(201).write('beginning');
      setImmediate(() => response.destroy());
    };
    expect((await relayed(newCall(write))).outcome.status).toBe('ok');
  });

  it('sends less than it says: there is no answer, or it is cut', async () => {
    provider = (request, response) => {
      const length = request.url === '/v1/x' ? 100 : 100_000;
      response.writeHead(200, { 'content-length': length }).write('less');
      setImmediate(() => response.destroy());
    };
    expect(await relayed(newCall())).toMatchObject({ outcome: { status: 'unavailable' }, answer: undefined });
    const large = newCall({ request: { ...newCall().request, url: `${server.url}/v1/large` } });
    expect((await relayed(large)).answer).toMatchObject({ status: 200, bytes: expect.stringContaining('bro') });
  });

  it('says that it sends more than 100 MiB: it is not begun', async () => {
    provider = (_request, response) => response.writeHead(200, { 'content-length': 100 * 1024 * 1024 + 1 }).write('x');
    const { outcome, answer } = await relayed(newCall());
    expect(outcome).toMatchObject({ status: 'rejected', reason: 'input', message: expect.stringContaining('larger') });
    expect(answer).toBeUndefined();
  });

  it('answers a HEAD with the length of a larger file: that is no answer that is too large', async () => {
    provider = (_request, response) => void response.writeHead(200, { 'content-length': 2 ** 40 }).end();
    const { outcome, answer } = await relayed(newCall({ request: { ...newCall().request, method: 'HEAD' } }));
    expect([outcome.status, answer?.status]).toEqual(['ok', 200]);
  });

  it('answers before it has read the request', async () => {
    provider = (_request, response) => void response.writeHead(413, { connection: 'close' }).end('too much');
    const body = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024)));
    const call = newCall({ ...write, request: { ...newCall().request, method: 'POST' } });
    const { outcome } = await relayed(call, body);
    expect(['rejected', 'outcome_unknown']).toContain(outcome.status);
  });
});

describe('who asked', () => {
  it('leaves before the answer: the provider is told', async () => {
    const controller = new AbortController();
    const left = new Promise<void>((resolve) => {
      provider = (request) => {
        request.once('close', resolve);
        controller.abort();
      };
    });
    const { outcome } = await relayed(newCall({ signal: controller.signal }));
    expect(outcome).toMatchObject({ status: 'unavailable', message: 'The call was cancelled.' });
    await left;
  });

  it('stops taking the answer: the provider is told', async () => {
    const left = new Promise<void>((resolve) => {
      provider = (_request, response) => {
        response.once('close', resolve).writeHead(200).write('x');
      };
    });
    const onAnswer = ({ body }: RelayedAnswer): void => {
      if (!Buffer.isBuffer(body)) body.destroy();
    };
    const over = relayProxied(newCall(), {
      body: undefined,
      bodyBytes: undefined,
      onAnswer,
      onTooLarge: () => undefined,
    });
    expect(await over).toMatchObject({ status: 'unavailable', message: expect.stringContaining('left') });
    await left;
  });

  it('stops sending: the provider is told, and the write is unknown', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('beginning');
    const broken = new Promise<void>((resolve) => {
      provider = (request) => void request.once('data', () => body.destroy()).once('error', () => resolve());
    });
    const call = newCall({ ...write, request: { ...newCall().request, method: 'POST' } });
    const over = relayed(call, body);
    expect((await over).outcome).toMatchObject({ status: 'outcome_unknown', message: expect.stringContaining('left') });
    await broken;
  });
});

describe('an answer that is kept', () => {
  it('is kept with its status, also where the provider refuses', async () => {
    provider = (_request, response) => void response.writeHead(422, { 'x-a': '1' }).end('no: of-the-provider');
    const outcome = await holdProxied(newCall(write), Buffer.from('x'));
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: 'input',
      answer: { status: 422, headers: { 'x-a': '1' }, body: 'no: [redacted]*****', encoding: 'utf8' },
    });
  });

  it('is base64 where it is no text', async () => {
    provider = (_request, response) => void response.writeHead(200).end(Buffer.from([0, 255]));
    expect(await holdProxied(newCall(write), undefined)).toMatchObject({
      output: { body: Buffer.from([0, 255]).toString('base64'), encoding: 'base64' },
    });
  });

  it('says that it broke off', async () => {
    provider = (_request, response) => {
      response.writeHead(201).write('beginning');
      setImmediate(() => response.destroy());
    };
    expect(await holdProxied(newCall(write), undefined)).toMatchObject({
      status: 'ok',
      output: { status: 201, body: '', left_out: expect.stringContaining('broke off') },
    });
  });
});
