import { longestList, readConnection } from '../connection-store.ts';
import type { ConnectionRow } from '../connection-store.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { type AgentEndpoint, readEndpointSettings } from './endpoint.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    agent_endpoints: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      project_id: Fixed<string>;
      name: string;
    };
  }
}

/** Where an endpoint stands: in a project, under an id. */
export interface EndpointPlace {
  readonly projectId: string;
  readonly id: string;
}

/** The endpoint, or `undefined`. */
export async function findEndpoint(
  db: WorkspaceRows,
  { projectId, id }: EndpointPlace,
): Promise<AgentEndpoint | undefined> {
  const row = await endpointsIn(db, projectId).where('connections.id', '=', id).executeTakeFirst();
  return row && readEndpoint(row);
}

/** The endpoints of a project, newest first: at most one more than the longest list, to go on before the last one's id. */
export async function listEndpoints(
  db: WorkspaceRows,
  wish: { readonly projectId: string; readonly before?: string | undefined },
): Promise<AgentEndpoint[]> {
  const rows = await endpointsIn(db, wish.projectId)
    .$if(wish.before !== undefined, (query) => query.where('connections.id', '<', wish.before ?? ''))
    .orderBy('connections.id', 'desc')
    .limit(longestList + 1)
    .execute();
  return rows.map(readEndpoint);
}

function endpointsIn(db: WorkspaceRows, projectId: string) {
  return db.rows
    .selectFrom('agent_endpoints')
    .innerJoin('connections', 'connections.id', 'agent_endpoints.connection_id')
    .selectAll('connections')
    .select(['agent_endpoints.project_id', 'agent_endpoints.name'])
    .where('agent_endpoints.project_id', '=', projectId);
}

function readEndpoint(row: ConnectionRow & { readonly project_id: string; readonly name: string }): AgentEndpoint {
  const connection = readConnection(row);
  return { ...readEndpointSettings(connection), connection, projectId: row.project_id, name: row.name };
}

/** Whether another endpoint of the project has this name. Ask after the workspace's generation was bumped, which makes others wait. */
export async function isNameTaken(
  trx: WorkspaceTrx,
  { projectId, id, name }: EndpointPlace & { readonly name: string },
): Promise<boolean> {
  const row = await trx.rows
    .selectFrom('agent_endpoints')
    .select('connection_id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('connection_id', '!=', id)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertEndpoint(
  trx: WorkspaceTrx,
  { projectId, id, name }: EndpointPlace & { readonly name: string },
): Promise<void> {
  await trx.rows.insertInto('agent_endpoints').values({ connection_id: id, project_id: projectId, name }).execute();
}

export async function renameEndpoint(trx: WorkspaceTrx, id: string, name: string): Promise<void> {
  await trx.rows.updateTable('agent_endpoints').set({ name }).where('connection_id', '=', id).execute();
}

/** Takes the endpoint out of its project: its name is free again, its connection stays for the record. */
export async function removeEndpoint(trx: WorkspaceTrx, id: string): Promise<void> {
  await trx.rows.deleteFrom('agent_endpoints').where('connection_id', '=', id).execute();
}
