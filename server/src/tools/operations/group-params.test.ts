import { describe, expect, it } from 'vitest';
import { newTool } from '../../../../tests/support/new-tool.ts';
import type { Operation } from '../../catalog/connector.ts';
import { groupedSchemas, groupOf, joinGroups, paramGroups } from './group-params.ts';

const operation: Operation = {
  method: 'POST',
  path: '/x/${arg.id}',
  query: { id: '${arg.id}', deep: { list: ['a ${arg.page}'] } },
  headers: { 'X-Mark': '${arg.mark}' },
  body: { title: '${arg.title}', mark: '${arg.mark}' },
  body_type: 'json',
  ok_status: [],
};
const names = ['id', 'page', 'mark', 'title'];
const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
const input = { type: 'object', properties, required: ['id', 'title'], additionalProperties: false, $defs: { a: {} } };
const tool = newTool({ operation, input });

describe('the parameters of an operation', () => {
  it('stand where the first of path, query, headers and body has them', () => {
    const groups = names.map((name) => groupOf(tool, name));
    expect(groups).toEqual(['path_params', 'query_params', 'header_params', 'body_params']);
    expect(names.map((name) => groupOf(newTool(), name))).toEqual(Array(4).fill('body_params'));
  });

  it('have a schema per group, and together all of them', () => {
    const schemas = groupedSchemas(tool);
    expect(schemas.path_params).toEqual({
      type: 'object',
      properties: { id: { type: 'string' } },
      required: ['id'],
      additionalProperties: false,
      $defs: { a: {} },
    });
    const all = paramGroups.flatMap((group) => Object.keys(Object(schemas[group]['properties'])));
    expect(all).toEqual(names);
    expect(paramGroups.flatMap((group) => schemas[group]['required'])).toEqual(['id', 'title']);
  });

  it('may have names nobody listed in the body alone, where the tool takes anything', () => {
    const schemas = groupedSchemas(newTool({ operation, input: { type: 'object' } }));
    expect(schemas.body_params).not.toHaveProperty('additionalProperties');
    expect(schemas.query_params['additionalProperties']).toBe(false);
  });

  it('come together as arguments', () => {
    const none = { path_params: {}, query_params: {}, header_params: {}, body_params: {} };
    const given = { ...none, path_params: { id: '1' }, body_params: { title: 'T', other: 1 } };
    expect(joinGroups(tool, given)).toEqual({ arguments: { id: '1', title: 'T', other: 1 } });
    expect(joinGroups(tool, { ...none, query_params: { id: '1', title: 'T' } })).toEqual({
      misplaced: [
        { group: 'query_params', name: 'id', belongs: 'path_params' },
        { group: 'query_params', name: 'title', belongs: 'body_params' },
      ],
    });
  });
});
