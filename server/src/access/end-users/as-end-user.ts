import type { Caller, Scope } from '../caller.ts';
import type { EndUser } from './end-user-store.ts';

/** What an end user's own credential may do: nothing of the workspace, and it decides nothing (S3). */
export const endUserScopes: ReadonlySet<Scope> = new Set<Scope>([
  'connectors:read',
  'connections:read',
  'connections:write',
  'tools:read',
  'tools:call',
  'approvals:read',
  'calls:read',
]);

/** How an end user is known in records, and what their approvals and limits are bound to, whichever of their tokens they use. */
export function endUserPrincipal(id: string): string {
  return `end_user:${id}`;
}

/** Whether a principal is an end user of an app. */
export function isEndUserPrincipal(principal: string): boolean {
  return principal.startsWith('end_user:');
}

/** What a credential of an end user reaches besides their own connections, and of these. */
export interface EndUserReach {
  /** Ids of connections of the workspace that it names. */
  readonly connections?: ReadonlySet<string> | undefined;
  /** Ids of the people who named them: of personal ones only their own count. */
  readonly namedBy?: ReadonlySet<string> | undefined;
  /** Ids of connectors: of their own connections only those count. Absent: all. */
  readonly connectors?: ReadonlySet<string> | undefined;
  /** The principals that the credential descends from: the lineage of the key that made it, or the session that did (S3). */
  readonly lineage?: readonly string[] | undefined;
  /** The approval that a link of the purpose `approve` was made for. */
  readonly decides?: string | undefined;
}

/** An end user asking by a credential of their own. */
export function endUserCaller(
  { id, externalId }: Pick<EndUser, 'id' | 'externalId'>,
  wish: EndUserReach & { readonly workspaceId: string; readonly via: 'user_token' | 'connect_link' },
): Caller {
  const { workspaceId, via, connections = new Set(), connectors, lineage = [], decides } = wish;
  return {
    via,
    principal: endUserPrincipal(id),
    userId: id,
    workspaceId,
    role: 'MEMBER',
    scopes: endUserScopes,
    crews: new Set(),
    operator: false,
    key: undefined,
    endUser: { id, externalId, connections, namedBy: wish.namedBy ?? new Set(), connectors, lineage, decides },
  };
}

/** A credential of the app making something for an end user: on record with its own name, and theirs afterwards. */
export function makingFor(caller: Caller, { id, externalId }: Pick<EndUser, 'id' | 'externalId'>): Caller {
  return {
    ...caller,
    userId: id,
    crews: new Set(),
    endUser: { id, externalId, connections: new Set(), namedBy: new Set(), connectors: undefined, lineage: [] },
  };
}
