import type { Connector, Operation } from '../../../catalog/connector.ts';
import type { RejectedReason } from '../../outcome.ts';
import { readPath } from '../../../catalog/answers/read-path.ts';
import { graphqlErrors } from './graphql-errors.ts';

/**
 * Whose fault a failure is by the provider's own code: as the operation's `failures` read it, else those of the whole API,
 * else its GraphQL errors; `undefined` where none says anything.
 */
export function failureReason(
  { http }: Pick<Connector, 'http'>,
  { failures = [] }: Pick<Operation, 'failures'>,
  answer: unknown,
): RejectedReason | undefined {
  const told = [...failures, ...(http?.failures ?? [])].find(({ path, one_of }) => {
    const code = readPath(answer, path);
    return one_of.some((known) => known === code);
  });
  return told?.reason ?? graphqlErrors(answer, http?.graphql)?.reason;
}
