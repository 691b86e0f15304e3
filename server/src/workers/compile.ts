import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/**
 * The check that a JSON Schema 2020-12 asks for. Remote references are never fetched: they fail. Throws where the schema
 * is none. Every schema has a compiler of its own, so that none can name, replace or poison another.
 */
export function compile(schema: unknown, options: { readonly allErrors: boolean }): ValidateFunction {
  const ajv = new Ajv2020({
    ...options,
    strict: false,
    validateFormats: false,
    validateSchema: false,
    meta: false,
    logger: false,
    inlineRefs: false,
    addUsedSchema: false,
  });
  return ajv.compile(typeof schema === 'object' && schema !== null ? schema : schema !== false);
}
