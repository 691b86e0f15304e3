import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { covers } from '../../tests/support/covers.ts';
import { renderSdk } from '../../scripts/sdk/render-sdk.ts';
import { nameOperation } from '../../scripts/sdk/name-operation.ts';

const failure = {
  type: 'object',
  properties: { error: { type: 'object', properties: { code: { type: 'string', enum: ['NOT_FOUND'] } } } },
};
const thing = {
  type: 'object',
  properties: { id: { type: 'string' }, name: { type: 'string' }, size: { type: 'number' } },
};
const answering = (schema: object) => ({ 200: { content: { 'application/json': { schema } } } });
const operation = (operationId: string, facts: object = {}) => ({
  operationId,
  summary: `Does ${operationId}.`,
  parameters: [],
  responses: {},
  ...facts,
});

function describeApi(paths: object) {
  return { paths, components: { schemas: { Failure: failure } } };
}

describe('the name of a method', () => {
  const paths = new Set(['/api/v1/things', '/api/v1/things/{id}', '/api/v1/things/{id}/parts/{part}/turn']);
  const named = (call: string, operationId: string) => {
    const [method = '', path = ''] = call.split(' ');
    const { namespace, name } = nameOperation({ method, path, operationId }, paths);
    return [...namespace, name].join('.');
  };

  it.each([
    ['get /api/v1/things', 'listThings', 'things.list'],
    ['post /api/v1/things', 'startThing', 'things.create'],
    ['patch /api/v1/things/{id}', 'editThing', 'things.update'],
    ['patch /api/v1/things', 'editThings', 'things.updateAll'],
    ['post /api/v1/things/{id}/parts/{part}/turn', 'turnPart', 'things.parts.turn'],
    ['post /api/v1/things/{id}/rotate-secret', 'rotateThingSecret', 'things.rotateSecret'],
    ['get /api/v1/things/{id}/testers', 'testThing', 'things.testers.test'],
    ['get /api/v1/old-things/{id}', 'getOldThing', 'oldThings.get'],
    ['get /v1/things', 'listOldThings', 'v1.things.list'],
    ['get /api/projects', 'listProjects', 'projects.list'],
  ])('%s (%s) is %s', (call, operationId, name) => {
    expect(named(call, operationId)).toBe(name);
  });
});

describe('the generator', () => {
  it('refuses two operations of one name, and a method where a word goes on', async () => {
    covers('sdk/generated');
    const twice = { '/api/v1/things': { get: operation('listThings'), post: operation('listOthers') } };
    await expect(renderSdk(describeApi(twice))).rejects.toThrow(/listOthers and listThings would both be things\.list/);
    const both = { '/api/v1/a': { post: operation('bSomething') }, '/api/v1/a/b': { get: operation('getB') } };
    await expect(renderSdk(describeApi(both))).rejects.toThrow(/would both be a\.b/);
  });

  it('refuses an answer that the client cannot read', async () => {
    const responses = { 200: { content: { 'image/png': { schema: {} } } } };
    const api = describeApi({ '/api/v1/things': { get: operation('getThing', { responses }) } });
    await expect(renderSdk(api)).rejects.toThrow(/image\/png/);
  });

  it('leaves out pages, redirects of browsers, and what is no part of the API', async () => {
    const page = { 200: { content: { 'text/html': { schema: {} } } } };
    const files = await renderSdk(
      describeApi({
        '/docs': { get: operation('getDocs', { responses: page }) },
        '/api/v1/things': { get: operation('listThings', { responses: answering({ type: 'array', items: thing }) }) },
        '/api/v1/things/page': { get: operation('showThings', { responses: page }) },
        '/api/v1/things/go': { get: operation('goThings', { responses: { 302: {} } }) },
      }),
    );
    expect(Object.keys(files).sort()).toEqual([
      'create-resources.ts',
      'error-code.ts',
      'shared.ts',
      'things.ts',
      'types.ts',
    ]);
    expect(files['things.ts']).toContain('list(options?: Options): List<Thing>;');
    expect(files['things.ts']).not.toContain('showThings');
  });

  it('names a shape once, and lets no text end a comment', async () => {
    const files = await renderSdk(
      describeApi({
        '/api/v1/things/{id}': {
          get: operation('getThing', { responses: answering(thing), summary: 'One */ evil()' }),
        },
        '/api/v1/other-things': {
          get: operation('listOtherThings', { responses: answering({ type: 'array', items: thing }) }),
        },
      }),
    );
    expect(files['shared.ts']?.match(/export interface Thing /g)).toHaveLength(1);
    expect(files['other-things.ts']).toContain("import type { Thing } from './shared.ts';");
    expect(files['things.ts']).not.toContain('*/ evil()');
  });

  it('gives no type a name that the client has by hand', () => {
    const index = readFileSync(join(import.meta.dirname, 'index.ts'), 'utf8');
    const own = [...index.matchAll(/\b[A-Z]\w+(?=[ ,}])/g)].map(([name]) => name);
    expect(own).toContain('Plugboard');
    const folder = join(import.meta.dirname, 'generated');
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const names = sources.flatMap((source) =>
      [...source.matchAll(/export (?:interface|type) (\w+)/g)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => name !== undefined && own.includes(name))).toEqual([]);
  });

  it('makes files that a person can read', () => {
    for (const name of ['connections', 'approvals', 'api-keys', 'shared', 'v1']) {
      const lines = readFileSync(join(import.meta.dirname, `generated/${name}.ts`), 'utf8').split('\n');
      expect(lines.length).toBeLessThan(800);
    }
  });
});
