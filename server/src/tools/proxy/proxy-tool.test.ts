import { describe, expect, it } from 'vitest';
import type { FoundTool } from '../specs/found-tool.ts';
import { untouchedSwitches } from '../../connections/tools/tool-switches.ts';
import { plainSettings } from '../../connections/settings/connection-settings.ts';
import { newConnection } from '../../../../tests/support/new-connection.ts';
import { newTool } from '../../../../tests/support/new-tool.ts';
import { shippedConnector } from '../../../../tests/support/shipped-connector.ts';
import { unfixed } from '../specs/narrow-tool.ts';
import { proxyTarget } from './proxy-target.ts';
import { asCalled, proxySpec } from './proxy-tool.ts';

function found(slug = 'http', changes: Partial<FoundTool> = {}): FoundTool {
  const connector = shippedConnector(slug);
  const connection = newConnection({ config: { base_url: 'https://api.example.com/v1' } });
  const spec = proxySpec(connector) ?? newTool();
  return { connection, connector, spec, fixed: unfixed, switches: untouchedSwitches, ...changes };
}

describe('a raw request', () => {
  it.each([
    ['GET', 'read', false],
    ['HEAD', 'read', false],
    ['OPTIONS', 'read', false],
    ['POST', 'write', false],
    ['PUT', 'write', false],
    ['PATCH', 'write', false],
    ['DELETE', 'write', true],
    ['PROPFIND', 'write', false],
    ['get', 'write', false],
  ])('with %s is a %s, destructive: %s', (...[method, effect, destructive]) => {
    expect(asCalled(found(), { method }).spec).toMatchObject({ effect, destructive });
  });

  it.each([
    ['GET', 'write'],
    ['HEAD', 'read'],
  ])('with %s is a %s where a GET may write', (method, effect) => {
    expect(asCalled(found('slack'), { method }).spec.effect).toBe(effect);
  });

  it.each([undefined, null, [], 'GET', {}])('that says nothing of its method (%j) is a write', (args) => {
    expect(asCalled(found(), args).spec.effect).toBe('write');
  });

  it('is the same tool for the same method, and any other tool is what it is', () => {
    const proxy = found();
    expect(asCalled(proxy, { method: 'GET' })).toBe(asCalled(proxy, { method: 'GET' }));
    const other = found('http', { spec: newTool() });
    expect(asCalled(other, { method: 'GET' })).toBe(other);
  });

  it('is none of a connector without an HTTP API', () => {
    expect(proxySpec(shippedConnector('everything'))).toBeUndefined();
  });
});

describe('where a raw request goes', () => {
  const at = (args: object, tool = found()) =>
    proxyTarget(tool, { method: 'GET', path: '/things', ...args }, 'http://localhost:7400');

  it('is below the base address', () => {
    expect(at({ query: 'a=1' })).toEqual({ method: 'GET', url: 'https://api.example.com/v1/things?a=1' });
  });

  it.each([
    [{ path: '/../admin' }],
    [{ path: 'things' }],
    [{ query: 'a b' }],
    [{ query: '_method=DELETE' }],
    [{ headers: { 'X-HTTP-Method-Override': 'DELETE' } }],
  ])('is nowhere with %j', (args) => {
    expect(at(args)).toMatchObject({ rejected: { reason: 'input' } });
  });

  it('is nowhere where the connection fixes a part of every path', () => {
    const param = { name: 'owner', description: '', location: 'path', value: 'acme' } as const;
    const connection = newConnection({
      config: { base_url: 'https://api.example.com/v1' },
      settings: { ...plainSettings, generalParams: [param] },
    });
    expect(at({}, found('http', { connection }))).toMatchObject({ rejected: { reason: 'disabled' } });
  });

  it('has the query parameters that the connection fixes in the place of the caller’s', () => {
    const fixed = { ...unfixed, query: { team: 'ours' } };
    expect(at({ query: 'Team=theirs&a=1' }, found('http', { fixed }))).toMatchObject({
      url: 'https://api.example.com/v1/things?a=1&team=ours',
    });
  });
});
