import type { ValidateFunction } from 'ajv/dist/2020.js';
import { sha256 } from '../lib/digest.ts';
import { compile } from './compile.ts';
import { type Problem, problemsOf } from './problems.ts';
import { relaxSchema } from './relax-schema.ts';
import { createTrial } from './trial.ts';

/** Says what is wrong with a value: nothing where it is right. Never throws. */
export type Validator = (value: unknown) => readonly Problem[];

/** Compiles the JSON Schemas (2020-12) of tools, each once. */
export interface SchemaCompiler {
  /**
   * `foreign: true` for schemas that somebody else wrote (S11): they are relaxed, tried in a worker thread first, and
   * where they cannot be used any object is right, because the tool's own server checks again. Rejects where a schema of
   * our own does not compile.
   */
  validatorFor(schema: object, options: { readonly foreign: boolean }): Promise<Validator>;
  close(): Promise<void>;
}

const mostForeign = 2000;
/** Checks that one value may set off before it counts as too large: about a second's worth. */
const mostChecks = 10_000_000;
/** Values, for which everything that is wrong is found. */
const mostThorough = 2000;

/** `workerUrl` is `compile-in-worker`, as a source file or as its bundle. */
export function createSchemaCompiler(options: { readonly workerUrl: URL }): SchemaCompiler {
  const trial = createTrial(options.workerUrl);
  const own = new WeakMap<object, Validator>();
  const foreign = new Map<string, Promise<Validator>>();
  const byObject = new WeakMap<object, Promise<Validator>>();

  const foreignValidator = (schema: object): Promise<Validator> => {
    const key = sha256(JSON.stringify(schema));
    const known = foreign.get(key) ?? compileForeign(schema, (relaxed) => trial.compiles(relaxed));
    foreign.delete(key);
    foreign.set(key, known);
    dropOldest(foreign);
    return known;
  };

  const ownValidator = (schema: object): Validator => {
    const validator = own.get(schema) ?? guarded(quickThenThorough(schema));
    own.set(schema, validator);
    return validator;
  };

  return {
    async validatorFor(schema, { foreign }) {
      if (!foreign) return ownValidator(schema);
      const validator = byObject.get(schema) ?? foreignValidator(schema);
      byObject.set(schema, validator);
      return validator;
    },
    close: () => trial.close(),
  };
}

function dropOldest(validators: Map<string, unknown>): void {
  const [oldest] = validators.keys();
  if (validators.size > mostForeign && oldest !== undefined) validators.delete(oldest);
}

async function compileForeign(schema: object, compiles: (relaxed: unknown) => Promise<boolean>): Promise<Validator> {
  const relaxed = relaxSchema(schema);
  if (relaxed === undefined || !(await compiles(relaxed.schema))) return anyObject;
  const validator = quickThenThorough(relaxed.schema);
  const mostValues = Math.floor(mostChecks / relaxed.cost);
  return guarded((value) => (sizeOf(value, mostValues) > mostValues ? tooLarge : validator(value)));
}

const tooLarge: readonly Problem[] = [{ path: '', message: 'holds too many values to be checked' }];

function anyObject(value: unknown): readonly Problem[] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? [] : [{ path: '', message: 'must be an object' }];
}

/** How many values a value holds, itself included; counting stops past the limit. */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  for (const item of Object.values(value)) {
    size += sizeOf(item, limit);
    if (size > limit) return size;
  }
  return size;
}

/** Small values are told everything that is wrong with them, large ones the first thing. */
function quickThenThorough(schema: unknown): Validator {
  const quick = compile(schema, { allErrors: false });
  let thorough: ValidateFunction | undefined;
  return (value) => {
    const problems = run(quick, value);
    if (problems.length === 0 || sizeOf(value, mostThorough) > mostThorough) return problems;
    thorough ??= compile(schema, { allErrors: true });
    return run(thorough, value);
  };
}

function run(validate: ValidateFunction, value: unknown): readonly Problem[] {
  return validate(value) === true ? [] : problemsOf(validate.errors ?? []);
}

/** Values and schemas that lead too deep end in a problem, not in a stack overflow. */
function guarded(validator: Validator): Validator {
  return (value) => {
    try {
      return validator(value);
    } catch (error) {
      if (error instanceof RangeError) return [{ path: '', message: 'is nested too deeply to be checked' }];
      throw error;
    }
  };
}
