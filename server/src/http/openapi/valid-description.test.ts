import { compileErrors, validate } from '@readme/openapi-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../../lib/json.ts';
import { documentation, everyRoute } from './documentation.ts';

const text = JSON.stringify(documentation());
const document: unknown = JSON.parse(text);

/** Everything in the description that shows an example of a schema, with its JSON Pointer. */
function examplesIn(value: unknown, pointer = ''): readonly (readonly [pointer: string, example: unknown])[] {
  if (!isRecord(value) && !Array.isArray(value)) return [];
  const own: readonly (readonly [string, unknown])[] =
    isRecord(value) && isRecord(value['schema']) && 'example' in value ? [[`${pointer}/schema`, value['example']]] : [];
  const inner = Object.entries(value).flatMap(([key, at]) =>
    key === 'schema' || key === 'example' ? [] : examplesIn(at, `${pointer}/${encodeURIComponent(escaped(key))}`),
  );
  return [...own, ...inner];
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

describe('the description of the API is valid', () => {
  it('as a public validator of OpenAPI sees it, without a warning', async () => {
    const result = await validate(JSON.parse(text), { resolve: { external: false } });
    expect(result.valid, compileErrors(result)).toBe(true);
    expect(result.warnings).toEqual([]);
  });

  it('in every example: it is what its schema says', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', ...Object(document) });
    const examples = examplesIn(document);
    const wrong = examples.flatMap(([pointer, example]) => {
      const check = ajv.compile({ $ref: `openapi#${pointer}` });
      return check(example) ? [] : [`${decodeURIComponent(pointer)}: ${ajv.errorsText(check.errors)}`];
    });
    expect(wrong).toEqual([]);
    expect(examples.length).toBeGreaterThan(everyRoute().length);
  });

  it('in the example of every request as the route itself reads it', () => {
    const refused = everyRoute().filter(
      ({ body, example }) => example?.body !== undefined && body?.safeParse(example.body).success !== true,
    );
    expect(refused.map(({ name }) => name)).toEqual([]);
  });

  it('in the example of every answer as the route declares it', () => {
    const paths = new Map(Object.entries(documentation().paths));
    for (const route of everyRoute()) {
      if (route.contentType !== undefined) continue;
      const operation = paths.get(route.path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}'))?.[
        route.method.toLowerCase()
      ];
      for (const [status, shape] of Object.entries(route.answers)) {
        if (shape === null) continue;
        const example = exampleIn(operation, status);
        expect(
          shape.safeParse(example).error?.issues ?? [],
          `${route.name} ${status} ${JSON.stringify(example)}`,
        ).toEqual([]);
      }
    }
  });
});

function exampleIn(operation: unknown, status: string): unknown {
  return ['responses', status, 'content', 'application/json', 'example'].reduce<unknown>(
    (at, step) => (isRecord(at) ? at[step] : undefined),
    operation,
  );
}
