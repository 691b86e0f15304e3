import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { Connection } from '../connection.ts';
import { type Difference, differencesBetween } from './differences.ts';
import { discoveredOf, isHeld, type StoredTool } from './discovered-tools.ts';
import type { SeenTool } from './tool-definition.ts';

/** What a server says of a tool beside what was accepted of it: for a person who is to accept it. */
export interface ToolChange extends StoredTool {
  readonly isHeld: boolean;
  readonly differences: readonly Difference[];
}

/**
 * What has changed about a tool since it was accepted. NOT_FOUND where the server lists no such tool now; FORBIDDEN for an
 * agent's credential: words nobody accepted are not for models.
 */
export async function seeChange(
  ctx: Pick<Context, 'db' | 'caller'>,
  connection: Pick<Connection, 'id'>,
  name: string,
): Promise<ToolChange> {
  if (!readsForPeople(ctx.caller)) throw new Failure('FORBIDDEN', 'What a tool has become is shown to people alone.');
  const stored = (await discoveredOf(ctx.db, [connection.id], [name])).get(connection.id)?.[0];
  if (!stored) throw new Failure('NOT_FOUND', `The server of this connection lists no tool ${name}.`);
  const { seen, accepted } = stored;
  const differences = accepted === undefined ? [] : differencesBetween(definitionOf(accepted), definitionOf(seen));
  return { ...stored, isHeld: isHeld(stored), differences };
}

/** Whether what is shown to this caller is shown to people: neither an agent's key nor a token in a program's hands. */
export function readsForPeople({ via, key }: Context['caller']): boolean {
  return via === 'session' || (via === 'key' && key !== undefined && key.kind !== 'agent');
}

/** The definition as it was told, without what we added. */
export function definitionOf({ digest: _digest, ...definition }: SeenTool): Omit<SeenTool, 'digest'> {
  return definition;
}
