import { isRecord } from '../../../lib/json.ts';
import type { Operation, ToolDefinition } from '../../connector.ts';
import { didYouMean } from '../../did-you-mean.ts';
import type { Pagination } from '../../format/pagination.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';

interface HttpTool extends ToolDefinition {
  readonly operation: Operation;
}

/** A list goes on by an argument that the caller may leave out, and is told where in one way. */
export function checkPagination({ effect, input, operation }: HttpTool): Finding[] {
  const { pagination, answer } = operation;
  if (pagination === undefined) return [];
  const at = (...keys: KeyPath): KeyPath => ['operation', 'pagination', ...keys];
  const properties = isRecord(input['properties']) ? Object.keys(input['properties']) : [];
  const isRequired = Array.isArray(input['required']) && input['required'].includes(pagination.argument);
  const taken = ['cursor', 'all'].find((name) => name !== pagination.argument && properties.includes(name));
  const rules: readonly (readonly [boolean, KeyPath, string])[] = [
    [effect !== 'read', at(), 'is for reads: nobody sends a write on from page to page'],
    [answer !== undefined, at(), 'stands beside "answer": a file has no pages'],
    [pagination.argument === 'all', at('argument'), 'may not be "all", which is an argument of ours'],
    [isRequired, at('argument'), `"${pagination.argument}" is required, so there is no first page without it`],
    [taken !== undefined, ['input', 'properties', taken ?? ''], 'is an argument of ours in a tool with pages'],
    [tellsTwice(pagination), at('next'), 'the next value stands either at "next" or, in the last item, at "last"'],
    ...namesArguments(pagination, properties).map(([key, message]) => [true, at(key), message] as const),
  ];
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}

function tellsTwice(pagination: Pagination): boolean {
  return pagination.kind === 'cursor' && (pagination.next === undefined) === (pagination.last === undefined);
}

function namesArguments(pagination: Pagination, properties: readonly string[]): (readonly [string, string])[] {
  const named = [
    ['argument', pagination.argument],
    ['size', 'size' in pagination ? pagination.size : undefined],
  ] as const;
  return named.flatMap(([key, name]) =>
    name === undefined || properties.includes(name)
      ? []
      : [[key, `"${name}" is not a property of the input${didYouMean(name, properties)}`] as const],
  );
}
