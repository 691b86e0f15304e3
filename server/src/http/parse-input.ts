import type { z } from 'zod';
import { Failure } from '../errors.ts';
import { pointer } from '../lib/json-pointer.ts';
import { isRecord } from '../lib/json.ts';

/** One thing wrong with what was sent: a JSON Pointer (RFC 6901) and what is wrong there. */
export interface InputProblem {
  readonly path: string;
  readonly message: string;
}

/** A body that its schema refuses: 400, or 422 in the dialect of `/v1/tools/*`. */
export class InvalidBody extends Failure {
  readonly problems: readonly BodyProblem[];

  constructor(problems: readonly BodyProblem[]) {
    super('BAD_REQUEST', sentenceAbout(problems, 'body'), { details: { problems: problems.map(shown) } });
    this.name = 'InvalidBody';
    this.problems = problems;
  }
}

export interface BodyProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly missing: boolean;
}

type Part = 'path' | 'query';

/** What the schema makes of a part of the address; `undefined` without a schema. Throws BAD_REQUEST naming the first problem. */
export function parsePart<T>(schema: z.ZodType<T> | undefined, value: unknown, part: Part): T;
export function parsePart(schema: z.ZodType | undefined, value: unknown, part: Part): unknown {
  if (schema === undefined) return undefined;
  const unfit = unfitAtAll(value);
  if (unfit !== undefined) throw new Failure('BAD_REQUEST', `The ${part} ${unfit.message}`);
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, value);
  throw new Failure('BAD_REQUEST', sentenceAbout(problems, part), { details: { problems: problems.map(shown) } });
}

/** What the schema makes of the body; `undefined` without a schema. Throws `InvalidBody`. */
export function parseBody<T>(schema: z.ZodType<T> | undefined, value: unknown): T;
export function parseBody(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const unfit = unfitAtAll(value);
  if (unfit !== undefined) throw new InvalidBody([unfit]);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidBody(problemsOf(parsed.error, value));
}

const zero = 'holds a zero character (U+0000). Leave it out.';
/** Beyond this JSON cannot be written again without running out of stack (RFC 8259 §9 lets us set a limit). */
const deepest = 200;
const tooDeep = `is nested deeper than ${deepest} levels. Flatten it.`;

/** What no schema could allow: a zero character, which PostgreSQL cannot keep, or too much depth. Level by level, without recursion. */
function unfitAtAll(value: unknown): BodyProblem | undefined {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return { path: [], message: tooDeep, missing: false };
    if (level.some((each) => typeof each === 'string' && each.includes('\0')))
      return { path: [], message: zero, missing: false };
    level = level.flatMap(inside);
  }
  return undefined;
}

function inside(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value : [...Object.keys(value), ...Object.values(value)];
}

/** The issues of a Zod error as we show them; values that were sent are never repeated. */
function problemsOf(error: z.ZodError, value: unknown): readonly BodyProblem[] {
  return error.issues.slice(0, 20).flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys
        .slice(0, 20)
        .map((key) => ({ path: [...path, key], message: 'is not a field we know.', missing: false }));
    }
    return [
      valueAt(value, path) === undefined ? missing(path) : { path, message: `${issue.message}.`, missing: false },
    ];
  });
}

function missing(path: readonly (string | number)[]): BodyProblem {
  return { path, message: 'is missing.', missing: true };
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)];
    return isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, value);
}

function sentenceAbout(problems: readonly BodyProblem[], part: Part | 'body'): string {
  const [first] = problems;
  if (first === undefined) return `The ${part} is not what this endpoint takes.`;
  if (first.path.length === 0) return `The ${part} ${first.message}`;
  const subject = part === 'body' ? first.path.join('.') : `The ${part} parameter ${first.path.join('.')}`;
  return first.missing || first.message.startsWith('is ')
    ? `${subject} ${first.message}`
    : `${subject}: ${first.message}`;
}

function shown(problem: BodyProblem): InputProblem {
  return { path: pointer(...problem.path), message: problem.message };
}
