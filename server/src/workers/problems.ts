import type { ErrorObject } from 'ajv/dist/2020.js';
import { pointer } from '../lib/json-pointer.ts';

/** One thing wrong with a value: a JSON Pointer (RFC 6901) and what is wrong there, in plain words. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

const mostProblems = 20;

/** What a validator found, in plain words, at most 20 problems; what failed inside a choice is told as one. */
export function problemsOf(errors: readonly ErrorObject[]): readonly Problem[] {
  const choices = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  const told = errors.filter((error) => !choices.some((choice) => isInside(error, choice)));
  return told.slice(0, mostProblems).map((error) => ({ path: pathOf(error), message: wordsOf(error, errors) }));
}

function isInside(error: ErrorObject, choice: ErrorObject): boolean {
  return error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`);
}

function pathOf({ instancePath, params }: ErrorObject): string {
  const name: unknown =
    params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty ?? params.propertyName;
  return typeof name === 'string' ? `${instancePath}${pointer(name)}` : instancePath;
}

function wordsOf(error: ErrorObject, errors: readonly ErrorObject[]): string {
  if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') return wordsOfOne(error);
  const inside = errors.filter((other) => isInside(other, error)).map(wordsOfOne);
  const choices = [...new Set(inside)].slice(0, 5).join(', or ');
  return choices === '' ? 'fits none of the allowed forms' : choices;
}

const articles: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

function wordsOfOne({ keyword, params, message }: ErrorObject): string {
  const words: Readonly<Record<string, string>> = {
    required: 'is required',
    dependentRequired: `is required together with ${params.property}`,
    additionalProperties: 'is not a known argument',
    unevaluatedProperties: 'is not a known argument',
    'false schema': 'is not allowed',
    type: `must be ${typeWords(params.type)}`,
    enum: `must be one of ${listed(params.allowedValues)}`,
    const: `must be ${JSON.stringify(params.allowedValue)}`,
    minLength: `must have at least ${params.limit} characters`,
    maxLength: `must have at most ${params.limit} characters`,
    minItems: `must have at least ${params.limit} items`,
    maxItems: `must have at most ${params.limit} items`,
    minProperties: `must have at least ${params.limit} entries`,
    maxProperties: `must have at most ${params.limit} entries`,
    minimum: `must be ${params.limit} or more`,
    maximum: `must be ${params.limit} or less`,
    exclusiveMinimum: `must be more than ${params.limit}`,
    exclusiveMaximum: `must be less than ${params.limit}`,
    multipleOf: `must be a multiple of ${params.multipleOf}`,
    pattern: `must match the pattern ${params.pattern}`,
    uniqueItems: 'must not hold the same item twice',
  };
  return words[keyword] ?? message ?? 'is not valid';
}

function typeWords(types: unknown): string {
  return [types]
    .flat()
    .map((type) => articles[String(type)] ?? String(type))
    .join(' or ');
}

function listed(values: unknown): string {
  if (!Array.isArray(values)) return 'the allowed values';
  const shown = values.slice(0, 20).map((value) => JSON.stringify(value));
  return `${shown.join(', ')}${values.length > shown.length ? ', …' : ''}`;
}
