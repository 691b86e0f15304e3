import type { Connector } from '../../../catalog/connector.ts';
import { isRecord } from '../../../lib/json.ts';
import type { RejectedReason } from '../../outcome.ts';
import { cut } from '../../../catalog/answers/provider-words.ts';
import { readPath } from '../../../catalog/answers/read-path.ts';

type GraphqlBlock = NonNullable<NonNullable<Connector['http']>['graphql']>;

/** Errors that a GraphQL answer tells, whatever its status (GraphQL spec §7.1). */
export interface GraphqlErrors {
  /** The words of each, without those that are said twice. */
  readonly words: readonly string[];
  /** Whether there is data beside them, as far as the manifest takes it. */
  readonly keepsData: boolean;
  /** Whether the manifest says that this is GraphQL, so that its errors are worth telling beside its data. */
  readonly isDeclared: boolean;
  /** Whose fault the first one with a known code is. */
  readonly reason: RejectedReason | undefined;
}

/**
 * The errors of an answer, or none. Without a `graphql` block an answer counts as GraphQL's where every error has a message,
 * and its data counts as much as the errors.
 */
export function graphqlErrors(answer: unknown, graphql: GraphqlBlock | undefined): GraphqlErrors | undefined {
  if (!isRecord(answer) || !Array.isArray(answer['errors']) || answer['errors'].length === 0) return undefined;
  const errors: readonly unknown[] = answer['errors'];
  const words = errors.map((error) =>
    isRecord(error) && typeof error['message'] === 'string' ? error['message'] : '',
  );
  if (graphql === undefined && words.includes('')) return undefined;
  const keepsData = hasData(answer['data']) && graphql?.partial !== 'refused';
  const said = [...new Set(words.filter((each) => each !== '').map(cut))];
  return { words: said, keepsData, isDeclared: graphql !== undefined, reason: graphql && reasonOf(errors, graphql) };
}

function reasonOf(errors: readonly unknown[], { codes, reasons }: GraphqlBlock): RejectedReason | undefined {
  const found = errors.flatMap((error) => codes.map((path) => String(readPath(error, path) ?? '')));
  return found
    .map((code) => (Object.hasOwn(reasons, code) ? reasons[code] : undefined))
    .find((each) => each !== undefined);
}

function hasData(data: unknown): boolean {
  return isRecord(data) ? Object.values(data).some((value) => value !== null) : data !== undefined && data !== null;
}
