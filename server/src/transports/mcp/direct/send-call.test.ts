import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../../../../tests/emulators/listen.ts';
import { openEgress } from '../../../../../tests/support/open-egress.ts';
import { systemClock } from '../../../lib/clock.ts';
import { nothingAttached } from '../../attachment.ts';
import { readMcpError } from '../read-mcp-error.ts';
import { createRedactor } from '../../../lib/redact.ts';
import { sendCall } from './send-call.ts';

const sse = { 'content-type': 'text/event-stream' };
const json = { 'content-type': 'application/json' };
const event = (message: object) => `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
const content = [{ type: 'text', text: 'hi' }];

describe('a call that is sent without the SDK', () => {
  const egress = openEgress();
  let server: Listening;
  let reply: (response: ServerResponse) => void = () => {};
  const changes: string[] = [];
  const onToolsChanged = () => void changes.push('tools');

  beforeAll(async () => {
    server = await listen((_request, response) => reply(response));
  });
  afterAll(() => Promise.all([server.stop(), egress.close()]));

  const target = () => ({
    url: `${server.url}/mcp`,
    transport: 'streamable-http' as const,
    headers: {},
    attachment: nothingAttached,
    loopback: true,
  });
  const send = (how: typeof reply) => {
    reply = how;
    const { signal } = new AbortController();
    const call = { tool: 'echo', args: {}, version: '2026-07-28', signal, timeoutMs: 5_000, onToolsChanged };
    return sendCall({ ...call, egress, clock: systemClock, target: target() });
  };
  const outcomeOf = async (how: typeof reply) => {
    const error: unknown = await send(how).catch((cause: unknown) => cause);
    return readMcpError(error, { effect: 'write', redactor: createRedactor([]) });
  };

  it('takes its answer from a stream, among what else comes by it, without waiting for its end', async () => {
    const result = await send((response) => {
      response.writeHead(200, sse);
      response.write(event({ method: 'notifications/progress', params: { progress: 1 } }));
      response.write(event({ method: 'notifications/tools/list_changed' }));
      response.write(event({ id: 1, result: { content, resultType: 'complete' } }));
    });
    expect(result).toMatchObject({ content });
    expect(changes).toEqual(['tools']);
  });

  it('takes it as JSON', async () => {
    const answer = { jsonrpc: '2.0', id: 1, result: { content, isError: true } };
    expect(await send((response) => response.writeHead(200, json).end(JSON.stringify(answer)))).toMatchObject({
      content,
      isError: true,
    });
  });

  it.each([
    ['an error of the protocol, whatever the status', 400, { error: { code: -32_602, message: 'No.' } }, 'rejected'],
    ['a fault of the server', 200, { error: { code: -32_603, message: 'No.' } }, 'unavailable'],
    ['a question to a person', 200, { result: { resultType: 'input_required' } }, 'rejected'],
    ['no result', 200, {}, 'outcome_unknown'],
  ])('is told of %s', async (...[, status, answer, told]) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, ...answer });
    expect(await outcomeOf((response) => response.writeHead(status, json).end(text))).toMatchObject({ status: told });
  });

  it.each([
    [401, { status: 'rejected', reason: 'auth' }],
    [403, { status: 'rejected', reason: 'scope' }],
    [429, { status: 'rejected', reason: 'rate_limit', retry_after: 7 }],
    [404, { status: 'unavailable' }],
    [503, { status: 'unavailable' }],
    [504, { status: 'outcome_unknown' }],
  ])('understands a %i', async (status, outcome) => {
    const headers = { 'retry-after': '7' };
    expect(await outcomeOf((response) => response.writeHead(status, headers).end('no'))).toMatchObject(outcome);
  });

  it('leaves a write open whose stream ends without an answer', async () => {
    const outcome = await outcomeOf((response) => response.writeHead(200, sse).end(': nothing\n\n'));
    expect(outcome).toMatchObject({ status: 'outcome_unknown' });
  });
});
