import { findProject, type Project } from '../../access/workspaces/projects.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import type { AgentEndpoint } from './endpoint.ts';
import { type EndpointPlace, findEndpoint } from './endpoint-store.ts';

/** The project with this id or slug; NOT_FOUND for every other text. */
export async function seeProject({ db }: { readonly db: WorkspaceRows }, idOrSlug: string): Promise<Project> {
  const project = /^[A-Za-z0-9-]{1,40}$/.test(idOrSlug) ? await findProject(db, idOrSlug) : undefined;
  if (project) return project;
  throw new Failure('NOT_FOUND', 'There is no such project in this workspace. GET /api/projects lists them.');
}

/** The endpoint of a project; NOT_FOUND where it is another project's or nobody's. */
export async function seeEndpoint({ db }: Pick<Context, 'db'>, place: EndpointPlace): Promise<AgentEndpoint> {
  const endpoint = await findEndpoint(db, place);
  if (endpoint) return endpoint;
  throw new Failure('NOT_FOUND', 'There is no such connector in this project.');
}
