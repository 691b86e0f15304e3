import { idIn } from './connect.ts';
import type { ApiAnswer, Plugboard } from './plugboard.ts';

/** Where the agent endpoints of the default project are. */
export const endpointsPath = '/api/projects/default/connectors';

/** An endpoint as POST takes it. Its name is its own each time. */
export function endpointWish(baseUrl: string, changes: object = {}): Record<string, unknown> {
  const name = `Agent ${crypto.randomUUID().slice(0, 8)}`;
  return { name, type: 'langgraph', baseUrl, config: { assistantId: 'answers' }, ...changes };
}

/** Makes an endpoint in the default project as the first admin; throws where it was refused. */
export async function makeEndpoint(
  { call }: Pick<Plugboard, 'call'>,
  baseUrl: string,
  changes: object = {},
): Promise<MadeEndpoint> {
  const made = await call(`POST ${endpointsPath}`, { body: endpointWish(baseUrl, changes) });
  if (made.status !== 201) throw new Error(`No endpoint was made: ${made.text}`);
  const id = idIn(made.body);
  return { id, path: `${endpointsPath}/${id}`, made };
}

export interface MadeEndpoint {
  readonly id: string;
  readonly path: string;
  readonly made: ApiAnswer;
}

/** One thing said by a user. */
export function saying(content: string): { readonly messages: readonly object[] } {
  return { messages: [{ role: 'user', content }] };
}

/** The handle that a connection got; it is in no answer of 002, and names the tool. */
export async function handleOf(
  { app, workspaceId }: Pick<Plugboard, 'app' | 'workspaceId'>,
  id: string,
): Promise<string> {
  const row = await app.storage
    .workspace(workspaceId)
    .rows.selectFrom('connections')
    .select('handle')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.handle;
}
