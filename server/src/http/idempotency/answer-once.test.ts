import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { covers } from '../../../../tests/support/covers.ts';
import { describeOnDatabases } from '../../../../tests/support/databases.ts';
import { type Plugboard, startPlugboard } from '../../../../tests/support/plugboard.ts';
import { Failure } from '../../errors.ts';
import { createServer } from '../create-server.ts';
import { type Answer, route } from '../route.ts';
import { forgetOldAnswers } from './forget-old-answers.ts';

const done = z.object({ times: z.number(), text: z.string().exactOptional() });

/** A route that counts how often it was carried out and does what the test says. */
function countingRoute(behave: (times: number, accept: string) => Answer) {
  let times = 0;
  return route({
    name: 'doThing',
    method: 'POST',
    path: '/api/v1/things',
    summary: 'Does a thing.',
    tag: 'Test',
    access: 'caller',
    answers: { 200: done, 201: done },
    streams: true,
    passesThrough: true,
    failures: ['PROVIDER_UNAVAILABLE'],
    audit: 'call',
    answer: async (_ctx, { accept }) => {
      const { status, body, headers = {}, events, passed } = behave((times += 1), accept);
      if (events) return { status: 200, events };
      if (passed) return { status: 200, passed };
      const shown = { headers, body: done.parse(body) };
      return status === 201 ? { status: 201, ...shown } : { status: 200, ...shown };
    },
  });
}

const withoutBody = route({
  name: 'doQuietly',
  method: 'POST',
  path: '/api/v1/quiet-things',
  summary: 'Does a thing and says nothing.',
  tag: 'Test',
  access: 'caller',
  answers: { 204: null },
  failures: [],
  audit: 'call',
  answer: async () => ({ status: 204 }),
});

describeOnDatabases('an answer that is given once', ({ migrated }) => {
  let plugboard: Plugboard;
  let behave: (times: number, accept: string) => Answer;
  let server: FastifyInstance;

  beforeEach(async () => {
    plugboard = await startPlugboard(await migrated());
    const { app } = plugboard;
    server = createServer(app, { routes: [countingRoute((...args) => behave(...args)), withoutBody] });
    return () => server.close();
  });

  const ask = async (key: string, headers: Record<string, string> = {}, url = '/api/v1/things') => {
    const authorization = `Bearer ${plugboard.adminKey}`;
    const {
      statusCode,
      body,
      headers: answered,
    } = await server.inject({
      method: 'POST',
      url,
      headers: { host: 'localhost:7400', authorization, 'idempotency-key': key, ...headers },
    });
    return { status: statusCode, text: body, headers: answered };
  };
  const rows = () => plugboard.app.storage.rows.selectFrom('idempotent_answers').selectAll().execute();

  it('keeps status and headers, and answers without a body', async () => {
    behave = (times) => ({ status: 201, headers: { location: '/api/v1/things/1' }, body: { times } });
    await ask('a');
    expect(await ask('a')).toMatchObject({
      status: 201,
      text: '{"times":1}',
      headers: { location: '/api/v1/things/1', 'idempotent-replayed': 'true' },
    });
    await ask('b', {}, '/api/v1/quiet-things');
    expect(await ask('b', {}, '/api/v1/quiet-things')).toMatchObject({
      status: 204,
      text: '',
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  it('is not asked for again after a failure that nobody foresaw: it may have come in the middle', async () => {
    covers('everywhere/10-cut-off');
    behave = () => {
      throw new Error('The database went away.');
    };
    expect((await ask('a')).status).toBe(500);
    behave = (times) => ({ status: 200, body: { times } });
    const second = await ask('a');
    expect(second.status).toBe(409);
    expect(second.text).toContain('outcome_unknown');
    expect((await ask('b')).text).toBe('{"times":2}');
  });

  it('is asked for again after a refusal that says that nothing happened', async () => {
    covers('everywhere/10-try-again');
    behave = () => {
      throw new Failure('PROVIDER_UNAVAILABLE', 'The provider cannot be reached.');
    };
    expect((await ask('a')).status).toBe(502);
    behave = (times) => ({ status: 200, body: { times } });
    expect((await ask('a')).text).toBe('{"times":2}');
    expect((await ask('a')).text).toBe('{"times":2}');
  });

  it('is a 409 where it was too large to be kept, and was carried out once', async () => {
    behave = (times) => ({ status: 200, body: { times, text: 'x'.repeat(1024 * 1024) } });
    expect((await ask('a')).status).toBe(200);
    const second = await ask('a');
    expect(second.status).toBe(409);
    expect(second.text).toContain('not_kept');
    behave = (times) => ({ status: 200, body: { times } });
    expect((await ask('b')).text).toBe('{"times":2}');
  });

  it('is nothing that streams', async () => {
    covers('everywhere/10-where');
    behave = (times, accept) =>
      accept === 'text/event-stream'
        ? { status: 200, events: Readable.from([`data: ${times}\n\n`]) }
        : { status: 200, body: { times } };
    const accept = { accept: 'text/event-stream' };
    expect((await ask('a', accept)).text).toBe('data: 1\n\n');
    expect((await ask('a', accept)).text).toBe('data: 2\n\n');
    expect((await ask('a')).text).toBe('{"times":3}');
    expect((await ask('a')).text).toBe('{"times":3}');
  });

  it('is what a provider answered, byte by byte, unless it refused', async () => {
    const passed = { contentType: 'application/octet-stream', retryAfter: undefined };
    behave = (times) => ({ status: 200, passed: { ...passed, status: 429, body: Buffer.from([times]) } });
    expect((await ask('a')).status).toBe(429);
    behave = (times) => ({ status: 200, passed: { ...passed, status: 201, body: Buffer.from([0, 255, times]) } });
    const first = await ask('a');
    expect(first).toMatchObject({ status: 201, headers: { 'content-type': 'application/octet-stream' } });
    const again = await ask('a');
    expect(again).toMatchObject({
      status: 201,
      text: first.text,
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        'idempotent-replayed': 'true',
      },
    });
  });

  it('costs a request without a key nothing', async () => {
    behave = (times) => ({ status: 200, body: { times } });
    await server.inject({ method: 'POST', url: '/api/v1/things', headers: { host: 'localhost:7400' } });
    expect(await rows()).toEqual([]);
  });

  it('is swept after a day, however many there are', async () => {
    covers('everywhere/10-day');
    const { app, workspaceId } = plugboard;
    const old = new Date(Date.now() - 25 * 3_600_000).toISOString();
    const young = new Date().toISOString();
    const rowsOf = (at: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({
        principal: 'key:a',
        route: 'POST /a',
        key_hash: `${at}${n}`,
        body_hash: 'b',
        owner: 'o',
        held_until: at,
        created_at: at,
      }));
    await app.storage.workspace(workspaceId).transact(async (trx) => {
      await trx.rows.insertInto('idempotent_answers').values(rowsOf(old, 1200)).execute();
      await trx.rows.insertInto('idempotent_answers').values(rowsOf(young, 3)).execute();
    });
    await forgetOldAnswers(app).run();
    expect((await rows()).map(({ created_at }) => created_at)).toEqual([young, young, young]);
  });
});
