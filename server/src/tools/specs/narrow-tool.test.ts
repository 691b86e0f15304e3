import { describe, expect, it } from 'vitest';
import { newTool } from '../../../../tests/support/new-tool.ts';
import type { Operation } from '../../catalog/connector.ts';
import { type GeneralParam, plainSettings } from '../../connections/settings/connection-settings.ts';
import { narrowTool, unfixed, withFixed } from './narrow-tool.ts';

const input = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    size: { type: 'integer' },
    tenant: { type: 'string' },
    all: { type: 'object' },
  },
  required: ['id', 'size'],
};

function operation(more: Partial<Operation>): Operation {
  return { method: 'GET', path: '/x', query: {}, headers: {}, body_type: 'json', ok_status: [], ...more };
}

type Param = readonly [location: GeneralParam['location'], name: string, value: string | null];

function narrowed(more: Partial<Operation> | undefined, ...params: readonly Param[]) {
  const generalParams = params.map(([location, name, value]) => ({ location, name, value, description: '' }));
  const tool = newTool({ input, operation: more && operation(more) });
  return narrowTool(tool, { ...plainSettings, generalParams });
}

describe('a tool of a connection that fixes nothing', () => {
  it('is the tool itself', () => {
    const tool = newTool({ input });
    expect(narrowTool(tool, plainSettings)).toEqual({ spec: tool, fixed: unfixed });
    expect(narrowTool(tool, plainSettings).spec).toBe(tool);
    const args = { id: '1' };
    expect(withFixed(args, unfixed)).toBe(args);
  });

  it('takes as input what has no value', () => {
    const { spec, fixed } = narrowed({ path: '/x/${arg.id}' }, ['path', 'id', null], ['query', 'tenant', null]);
    expect(spec.input).toEqual(input);
    expect([fixed.args, fixed.query]).toEqual([{}, {}]);
  });
});

describe('a parameter that is an argument', () => {
  interface Case {
    readonly more: Partial<Operation>;
    readonly param: Param;
    readonly args: Readonly<Record<string, string | number>>;
  }

  it.each<readonly [string, Case]>([
    [
      'of the path by its name',
      { more: { path: '/x/${arg.id|segments}' }, param: ['path', 'id', '7'], args: { id: '7' } },
    ],
    [
      'of the query by the name it is sent under',
      { more: { query: { page: '${arg.size}' } }, param: ['query', 'page', '7'], args: { size: 7 } },
    ],
    [
      'of the query by its own name',
      { more: { query: { q: 'in:${arg.tenant}' } }, param: ['query', 'tenant', 'a'], args: { tenant: 'a' } },
    ],
    [
      'of a header in any case',
      { more: { headers: { 'X-Tenant': '${arg.tenant}' } }, param: ['header', 'x-TENANT', 'a'], args: { tenant: 'a' } },
    ],
    [
      'of a header by its own name',
      { more: { headers: { 'X-T': 't-${arg.tenant}' } }, param: ['header', 'tenant', 'a'], args: { tenant: 'a' } },
    ],
  ])('%s leaves the input', (_how, { more, param, args }) => {
    const { spec, fixed } = narrowed(more, param);
    const [name = ''] = Object.keys(args);
    expect(fixed).toEqual({ args, query: {}, headers: {}, input });
    expect(Object.keys(Object(spec.input['properties']))).not.toContain(name);
    expect(spec.input['required']).toEqual(input.required.filter((each) => each !== name));
    expect(withFixed({ [name]: 'mine', other: 1 }, fixed)).toEqual({ ...args, other: 1 });
  });
});

describe('a parameter that no argument carries', () => {
  it('goes into every request as it stands, and leaves the input alone', () => {
    const { spec, fixed } = narrowed(
      { path: '/x/${arg.id}' },
      ['query', 'id', '${arg.size}'],
      ['header', 'X-Tenant', '7'],
      ['cookie', 'id', 'a'],
      ['cookie', 'b', '1'],
      ['path', 'size', 'nowhere'],
    );
    expect(spec.input).toEqual(input);
    expect(fixed).toEqual({
      args: {},
      query: { id: '${arg.size}' },
      headers: { 'x-tenant': '7', cookie: 'id=a; b=1' },
      input: undefined,
    });
  });

  it('is not taken for the argument that stands for a whole query', () => {
    const { fixed } = narrowed({ query: '${arg.all}' }, ['query', 'all', '1']);
    expect(fixed).toMatchObject({ args: {}, query: { all: '1' } });
  });
});

describe('a tool of an MCP server', () => {
  it('takes parameters of path and query as the arguments called so', () => {
    const { spec, fixed } = narrowed(undefined, ['path', 'id', '1'], ['query', 'size', '5'], ['header', 'tenant', 'x']);
    expect(fixed.args).toEqual({ id: '1', size: 5 });
    expect(spec.input).toMatchObject({ properties: { tenant: {} }, required: [] });
    expect(narrowed(undefined, ['query', 'nonesuch', '1']).fixed.args).toEqual({});
  });

  it('loses them in the choices its schema is put together from, too', () => {
    const choices = { ...input, anyOf: [{ required: ['id'] }, { required: ['tenant'] }] };
    const generalParams = [{ location: 'path', name: 'id', value: '1', description: '' } as const];
    const { spec } = narrowTool(newTool({ input: choices }), { ...plainSettings, generalParams });
    expect(spec.input['anyOf']).toEqual([{ required: [] }, { required: ['tenant'] }]);
  });
});

it('is worked out once for a tool and a connection', () => {
  const tool = newTool({ input });
  const param = { location: 'path', name: 'id', value: '1', description: '' } as const;
  const settings = { ...plainSettings, generalParams: [param] };
  expect(narrowTool(tool, settings)).toBe(narrowTool(tool, settings));
  expect(narrowTool(tool, { ...settings })).not.toBe(narrowTool(tool, settings));
});
