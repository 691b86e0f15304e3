import type { Context } from '../context.ts';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import type { Rejected } from '../transports/outcome.ts';
import type { ToolSpec } from './specs/tool-spec.ts';

export type CheckedArguments = { readonly arguments: JsonObject } | { readonly rejected: Rejected };

/** Whether the arguments are what the tool's schema asks for: all problems at once, each with its path. Absent means none. */
export async function checkArguments(
  ctx: Pick<Context, 'schemas'>,
  spec: ToolSpec,
  given: unknown,
): Promise<CheckedArguments> {
  const args = given === undefined ? {} : given;
  if (!isJsonObject(args)) return { rejected: rejectInput('The arguments must be a JSON object.') };
  const validator = await ctx.schemas.validatorFor(spec.input, { foreign: spec.operation === undefined });
  const problems = validator(args);
  if (problems.length === 0) return { arguments: args };
  const first = problems[0];
  const message = `The arguments do not fit ${spec.name}: ${first?.path || '/'} ${first?.message}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}.`;
  return { rejected: { ...rejectInput(message), problems } };
}

function rejectInput(message: string): Rejected {
  return { status: 'rejected', reason: 'input', message };
}
