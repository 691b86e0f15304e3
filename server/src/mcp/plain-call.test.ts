import { describe, expect, it } from 'vitest';
import { readPlainCall } from './plain-call.ts';

const about = 'io.modelcontextprotocol/';
const params = { name: 'everything__echo', arguments: { message: 'hi' } };
const legacyHeaders = {
  'content-type': 'application/json; charset=utf-8',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
};
const modernHeaders = {
  'content-type': 'application/json',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': params.name,
};
const meta = {
  [`${about}protocolVersion`]: '2026-07-28',
  [`${about}clientInfo`]: { name: 'test', version: '1' },
  [`${about}clientCapabilities`]: {},
};
const call = (changes: object = {}) => ({ jsonrpc: '2.0', id: 7, method: 'tools/call', params, ...changes });
const modern = (changes: object = {}) => call({ params: { ...params, _meta: { ...meta, ...changes } } });

describe('a tools/call that needs nothing but its answer', () => {
  it('is plain in either era', () => {
    const read = { id: 7, name: params.name, arguments: params.arguments, patienceMs: 45_000 };
    expect(readPlainCall(legacyHeaders, call())).toEqual({ ...read, era: 'legacy' });
    expect(readPlainCall(modernHeaders, modern())).toEqual({ ...read, era: 'modern' });
    expect(readPlainCall({ ...legacyHeaders, prefer: 'respond-async' }, call({ id: 'a' }))).toMatchObject({
      id: 'a',
      patienceMs: 0,
    });
  });

  it.each([
    ['another method', legacyHeaders, call({ method: 'tools/list' })],
    ['a batch', legacyHeaders, [call()]],
    ['no id', legacyHeaders, call({ id: undefined })],
    ['an id that is null', legacyHeaders, call({ id: null })],
    ['an id that is no whole number', legacyHeaders, call({ id: 1.5 })],
    ['another JSON-RPC', legacyHeaders, call({ jsonrpc: '1.0' })],
    ['arguments that are a list', legacyHeaders, call({ params: { ...params, arguments: [] } })],
    ['an input it was asked for', legacyHeaders, call({ params: { ...params, inputResponses: {} } })],
    ['a task', legacyHeaders, call({ params: { ...params, task: {} } })],
    ['a wish to hear of progress', legacyHeaders, call({ params: { ...params, _meta: { progressToken: 1 } } })],
    ['a revision nobody knows', { ...legacyHeaders, 'mcp-protocol-version': '2024-01-01' }, call()],
    ['no revision', { ...legacyHeaders, 'mcp-protocol-version': undefined }, call()],
    ['a client that takes no stream', { ...legacyHeaders, accept: 'application/json' }, call()],
    ['another media type', { ...legacyHeaders, 'content-type': 'text/plain' }, call()],
    ['an older revision in the header than in the body', legacyHeaders, modern()],
    ['a newer revision in the header than in the body', modernHeaders, call()],
    ['the name of another tool in the header', { ...modernHeaders, 'mcp-name': 'other' }, modern()],
    ['no method in the header', { ...modernHeaders, 'mcp-method': undefined }, modern()],
    ['no capabilities', modernHeaders, modern({ [`${about}clientCapabilities`]: undefined })],
  ])('is not plain with %s', (_what, headers, body) => {
    expect(readPlainCall(headers, body)).toBeUndefined();
  });
});
