import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { pointer } from '../../lib/json-pointer.ts';
import type { Outcome, Problem, ProviderAnswer } from '../../transports/outcome.ts';
import type { Waiting } from '../approving/await-decision.ts';
import { type CallResult, callTool } from '../call-tool.ts';
import { firstStep } from '../check-arguments.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import { type GroupedParams, groupOf, joinGroups } from './group-params.ts';

/** What the provider answered, or what else the call came to. */
export type Invoked = { readonly answer: ProviderAnswer } | { readonly result: Exclude<CallResult, Unavailable> };

type Unavailable = Extract<Outcome, { status: 'unavailable' }>;

/** The arguments, and how long the call may wait for a person. */
export type Invocation = GroupedParams & Pick<Waiting, 'patienceMs'>;

/**
 * Calls an operation by the same rules as any tool, and hands on what the provider answered, its refusals included. Throws
 * INVALID_INPUT for what we refuse of the parameters, each problem where it stands, and PROVIDER_UNAVAILABLE where no answer
 * came. A write that may or may not have happened is told as such, whatever was answered.
 */
export async function invokeOperation(ctx: Context, found: FoundTool, params: Invocation): Promise<Invoked> {
  const args = argumentsFrom(found, params);
  const { patienceMs } = params;
  const answers: ProviderAnswer[] = [];
  const onAnswer = (answer: ProviderAnswer): void => void answers.push(answer);
  const result = await callTool(ctx, { tool: { found }, arguments: args, door: 'rest', onAnswer, patienceMs });
  const answer = answers.at(-1);
  if (answer && result.status !== 'outcome_unknown') return { answer };
  if (result.status === 'unavailable') throw new Failure('PROVIDER_UNAVAILABLE', result.message);
  if (result.status === 'rejected' && result.reason === 'input')
    throw invalid(result.message, placed(found, result.problems));
  return { result };
}

function argumentsFrom({ spec }: FoundTool, params: GroupedParams): Readonly<Record<string, unknown>> {
  const joined = joinGroups(spec, params);
  if ('arguments' in joined) return joined.arguments;
  const problems = joined.misplaced.map(({ group, name, belongs }) => ({
    path: `/${group}${pointer(name)}`,
    message: `${name} is not one of the ${group}; an argument of this name belongs into ${belongs}.`,
  }));
  throw invalid(problems[0]?.message ?? '', problems);
}

/** The problems of the arguments, as places in the body. */
function placed({ spec }: FoundTool, problems: readonly Problem[] = []): readonly Problem[] {
  return problems.map(({ path, message }) => ({
    path: path === '' ? '' : `/${groupOf(spec, firstStep(path))}${path}`,
    message: message === 'is required' ? `missing required parameter: ${path.slice(1)}` : `${message}.`,
  }));
}

function invalid(message: string, problems: readonly Problem[]): Failure {
  return new Failure('INVALID_INPUT', message, problems.length === 0 ? {} : { details: { problems } });
}
