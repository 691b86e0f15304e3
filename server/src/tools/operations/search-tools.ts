import type { Context } from '../../context.ts';
import { listTools } from '../list-tools.ts';
import { printedName } from '../specs/tool-address.ts';
import { catalogOperations, type OperationEntry } from './list-operations.ts';
import { rankByWords } from './rank-by-words.ts';

/**
 * The tools that fit the words best: the caller's own, and those of connectors the caller has nothing connected of. Among
 * equals the caller's own come first.
 */
export async function searchTools(ctx: Context, words: string): Promise<readonly OperationEntry[]> {
  const own = await listTools(ctx);
  const connected = new Set(own.map(({ connection }) => connection.connectorId));
  const others = ctx.catalog.list().filter(({ id }) => !connected.has(id));
  return rankByWords<OperationEntry>(words, [...own, ...others.flatMap(catalogOperations)], textsOf);
}

function textsOf({ connector, connection, spec }: OperationEntry) {
  const name = `${printedName(connector.id, spec.name)} ${connector.name} ${connection?.label ?? ''}`;
  return { name, label: spec.label, description: spec.description };
}
