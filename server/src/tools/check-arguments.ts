import type { Context } from '../context.ts';
import { pointer, stepsOf } from '../lib/json-pointer.ts';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import type { Problem, Rejected } from '../transports/outcome.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { withFixed } from './specs/narrow-tool.ts';

export type CheckedArguments = { readonly arguments: JsonObject } | { readonly rejected: Rejected };

type Checked = Pick<FoundTool, 'spec' | 'fixed'>;

/**
 * Whether the arguments are what the tool's schema asks for: all problems at once, each with its path. Absent means none.
 * What the connection fixes is checked with them, and nobody else may give it (RULINGS 000.3).
 */
export async function checkArguments(
  ctx: Pick<Context, 'schemas'>,
  { spec, fixed }: Checked,
  given: unknown,
): Promise<CheckedArguments> {
  const args = given === undefined ? {} : given;
  if (!isJsonObject(args)) return { rejected: rejectInput('The arguments must be a JSON object.') };
  const taken = Object.keys(fixed.args).filter((name) => Object.hasOwn(args, name));
  if (taken.length > 0) return { rejected: rejectProblems(spec.name, taken.map(isTaken)) };
  const schema = fixed.input ?? spec.input;
  const validator = await ctx.schemas.validatorFor(schema, {
    foreign: spec.operation === undefined && spec.sql === undefined && spec.proxied !== true,
  });
  const problems = validator(withFixed(args, fixed));
  if (problems.length === 0) return { arguments: args };
  const unfit = problems.find(({ path }) => Object.hasOwn(fixed.args, firstStep(path)));
  return { rejected: unfit ? rejectInput(sentenceAbout(spec.name, unfit)) : rejectProblems(spec.name, problems) };
}

function isTaken(name: string): Problem {
  return { path: pointer(name), message: 'is set by the connection and cannot be given' };
}

function sentenceAbout(tool: string, { path, message }: Problem): string {
  return `The general parameters of this connection do not fit ${tool}: ${path} ${message}. A person has to change the connection.`;
}

function rejectProblems(tool: string, problems: readonly Problem[]): Rejected {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const message = `The arguments do not fit ${tool}: ${first?.path || '/'} ${first?.message}${more}.`;
  return { ...rejectInput(message), problems };
}

function rejectInput(message: string): Rejected {
  return { status: 'rejected', reason: 'input', message };
}

/** The name of the argument that a JSON Pointer leads into. */
export function firstStep(path: string): string {
  return stepsOf(path)[0] ?? '';
}
