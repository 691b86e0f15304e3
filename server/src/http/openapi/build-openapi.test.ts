import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { publicRoute, route } from '../route.ts';
import { buildOpenapi } from './build-openapi.ts';
import { documentation, everyRoute } from './documentation.ts';

const document: unknown = JSON.parse(JSON.stringify(documentation()));

/** Every value under the key, wherever it stands. */
function valuesOf(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === key ? [inner] : []).concat(valuesOf(inner, key)));
}

function at(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, step) => Object.getOwnPropertyDescriptor(Object(value), step)?.value, document);
}

describe('the description of the API', () => {
  it('names every operation once', () => {
    const names = valuesOf(document, 'operationId');
    expect(names).toHaveLength(everyRoute().length);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has everything it points to', () => {
    const references = valuesOf(document, '$ref').map(String);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
  });

  it('says of every operation how it fails, and of those that are not public what they need', () => {
    const parse = z.object({
      paths: z.record(
        z.string(),
        z.record(z.string(), z.looseObject({ responses: z.looseObject({ '400': z.unknown() }) })),
      ),
    });
    const operations = Object.values(parse.parse(document).paths).flatMap((methods) => Object.values(methods));
    expect(operations.filter(({ responses, security }) => security === undefined && !('401' in responses))).toEqual([]);
  });

  it('declares every parameter of a path', () => {
    for (const route of everyRoute()) {
      const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      const described = z.toJSONSchema(route.params ?? z.object({}), { unrepresentable: 'any', io: 'input' });
      expect(Object.keys(described.properties ?? {}).sort(), route.path).toEqual(names.sort());
    }
  });

  it('shows a named schema once and refuses two of one name', () => {
    const named = (shape: z.ZodType) =>
      publicRoute({
        name: 'x',
        method: 'GET',
        path: '/x',
        summary: 'X.',
        tag: 'X',
        answers: { 200: shape },
        failures: [],
        audit: 'none',
        answer: async () => Promise.reject(new Error('Never asked.')),
      });
    const one = named(z.array(z.object({ a: z.string() }).meta({ id: 'Thing' })));
    const { components } = buildOpenapi([one]);
    expect(components['schemas']).toMatchObject({ Thing: { properties: { a: { type: 'string' } } } });
    const other = { ...named(z.object({ b: z.string() }).meta({ id: 'Thing2' })), path: '/y' };
    expect(() => buildOpenapi([one, other])).not.toThrow();
  });

  it('says what each tag is about, and which document prints an operation', () => {
    const tags = documentation().tags.map(({ name, description }) => [name, description]);
    expect(tags.filter(([, sentence]) => String(sentence).startsWith('Endpoints of '))).toEqual([]);
    expect(tags.map(([name]) => name)).toEqual(expect.arrayContaining(['Connections', 'Contract 001', 'Contract 004']));
  });

  it('describes keys for repeated requests, streams, and how /v1/tools tells of a bad body', () => {
    const call = route({
      name: 'callThing',
      method: 'POST',
      path: '/v1/tools/things/:id',
      summary: 'Calls a thing.',
      tag: 'Tools',
      access: 'caller',
      params: z.object({ id: z.string() }),
      body: z.object({ text: z.string() }),
      answers: { 200: z.object({ text: z.string(), score: z.number().nullable() }) },
      streams: true,
      failures: ['NOT_FOUND'],
      audit: 'call',
      example: { body: { text: 'Hello' } },
      answer: async (_ctx, { body }) => ({ status: 200, body: { text: body.text, score: null } }),
    });
    expect(buildOpenapi([call]).paths['/v1/tools/things/{id}']?.['post']).toMatchObject({
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'Idempotency-Key', in: 'header' })]),
      responses: {
        200: {
          headers: { 'X-Request-Id': {}, 'X-RateLimit-Remaining': {}, 'Idempotent-Replayed': {} },
          content: { 'application/json': { example: { text: 'Hello', score: null } }, 'text/event-stream': {} },
        },
        409: { $ref: '#/components/responses/CONFLICT' },
        422: { $ref: '#/components/responses/INVALID_TOOLS_BODY' },
      },
    });
  });

  it('is what docs/openapi.json holds', () => {
    const file = join(import.meta.dirname, '../../../../docs/openapi.json');
    expect(JSON.parse(readFileSync(file, 'utf8')), 'Run: npm run generate').toEqual(document);
  });
});
