import type { FastifyRequest } from 'fastify';
import type { WorkspaceWish } from '../../access/access.ts';
import { Failure } from '../../errors.ts';
import { isRecord } from '../../lib/json.ts';
import type { Route } from '../route.ts';
import { readDeepQuery } from './deep-query.ts';

/** The workspace a request asks for and the query without it. */
export interface SeparatedWish {
  readonly wish: WorkspaceWish;
  readonly query: Readonly<Record<string, unknown>>;
}

/** Takes the workspace asked for out of a request (RULINGS, Everywhere 6): the path's, the query's or the header's. */
export function separateWish(request: FastifyRequest, workspaceIn?: Route['workspaceIn']): SeparatedWish {
  if (workspaceIn === 'header') return { wish: { named: inHeaderOf(request) }, query: {} };
  const { workspace_id: inQuery, ...query } = isRecord(request.query) ? request.query : {};
  const named = nonEmpty(inQuery, 'workspace_id');
  if (workspaceIn === 'query' && named === undefined)
    throw new Failure('BAD_REQUEST', 'Name the workspace: ?workspace_id=<id or slug>.');
  const inPath = workspaceIn === 'path' && isRecord(request.params) ? request.params['workspace'] : undefined;
  const inHeader = inHeaderOf(request);
  const wishes = new Set([nonEmpty(inPath, 'workspace'), named, inHeader]);
  wishes.delete(undefined);
  if (wishes.size > 1) throw new Failure('BAD_REQUEST', 'The request names two workspaces. Name one.');
  const [wish] = wishes;
  return { wish: { named: wish }, query: readDeepQuery(query) };
}

function inHeaderOf({ headers }: FastifyRequest): string | undefined {
  return nonEmpty(headers['x-workspace'], 'X-Workspace');
}

function nonEmpty(value: unknown, name: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= 100 && !value.includes('\0')) return value;
  throw new Failure('BAD_REQUEST', `${name} must be one id or slug of a workspace.`);
}
