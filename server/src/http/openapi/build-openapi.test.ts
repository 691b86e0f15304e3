import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { publicRoute } from '../route.ts';
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

  it('is what docs/openapi.json holds', () => {
    const file = join(import.meta.dirname, '../../../../docs/openapi.json');
    expect(JSON.parse(readFileSync(file, 'utf8')), 'Run: npm run generate').toEqual(document);
  });
});
