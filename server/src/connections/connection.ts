import { type ActingEndUser, type BehalfOf, type Caller, roleAtLeast } from '../access/caller.ts';
import type { AuthMode } from '../catalog/connector.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Metadata } from './metadata/merge-metadata.ts';
import type { ConnectionSettings } from './settings/connection-settings.ts';

export const connectionScopes = ['personal', 'crew', 'workspace'] as const;
export type ConnectionScope = (typeof connectionScopes)[number];

export const connectionStatuses = ['pending', 'connected', 'auth_failed', 'token_expired', 'revoked'] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];

/** One configured instance of a connector. It holds no secret. */
export interface Connection {
  readonly id: string;
  readonly workspaceId: string;
  readonly connectorId: string;
  readonly connectorVersion: string;
  /** Its name in tool addresses; given once, never changed, never reused (RULINGS, Everywhere 16). */
  readonly handle: string;
  readonly label: string;
  readonly scope: ConnectionScope;
  readonly ownerUserId: string | null;
  readonly crewId: string | null;
  /** The end user whose it is, by row and as the app calls them; null: a person's, a crew's or the workspace's. */
  readonly endUser: { readonly id: string; readonly externalId: string } | null;
  /** What an app wrote on it. */
  readonly metadata: Metadata;
  readonly authMode: AuthMode;
  readonly status: ConnectionStatus;
  /** In words, while the status is not `connected`. */
  readonly statusReason: string | null;
  readonly isActive: boolean;
  /** Who it is at the provider, when known. */
  readonly identity: string | null;
  readonly grantedScopes: readonly string[];
  /** The submitted values that are no secrets. */
  readonly config: JsonObject;
  /** How its calls differ from what the manifest says. */
  readonly settings: ConnectionSettings;
  /** Whether it may reach a loopback address: an ADMIN set it up on an instance that is itself local (S6). */
  readonly loopback: boolean;
  /** Grows with every change of configuration or credentials; approvals and boxes are bound to it. */
  readonly generation: number;
  /** Grows whenever its token is renewed, which changes nothing else about it. */
  readonly credentialsVersion: number;
  /** When its token is over (RFC 3339); null where it has none, or one whose end nobody knows. */
  readonly expiresAt: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/**
 * A personal connection is its owner's alone; a crew's is its members'; the workspace's is everybody's. A call for a member
 * uses what both may use; an end user has their own and what was named for them.
 */
export function mayUse(caller: Caller, connection: Connection): boolean {
  if (connection.workspaceId !== caller.workspaceId) return false;
  if (caller.endUser) return isInReach(caller.endUser, connection);
  return isFor(connection, caller) && (caller.onBehalfOf === undefined || isFor(connection, caller.onBehalfOf));
}

function isInReach(endUser: ActingEndUser, connection: Connection): boolean {
  const { id, connectorId, endUser: owner, scope, ownerUserId } = connection;
  if (owner !== null) return owner.id === endUser.id && (endUser.connectors?.has(connectorId) ?? true);
  return endUser.connections.has(id) && (scope !== 'personal' || endUser.namedBy.has(ownerUserId ?? ''));
}

function isFor({ scope, ownerUserId, crewId }: Connection, { userId, crews }: BehalfOf): boolean {
  if (scope === 'personal') return ownerUserId === userId;
  if (scope === 'crew') return crewId !== null && crews.has(crewId);
  return true;
}

/** Its owner sees and manages a personal connection; MANAGER and above the shared ones (004.1) and those of end users. */
export function mayManage(caller: Caller, connection: Connection): boolean {
  if (connection.workspaceId !== caller.workspaceId) return false;
  if (caller.endUser) return connection.endUser !== null && isInReach(caller.endUser, connection);
  if (connection.endUser !== null) return managesEndUsers(caller);
  if (connection.scope === 'personal') return connection.ownerUserId === caller.userId;
  return roleAtLeast(caller.role, 'MANAGER');
}

/** Whether the caller sees and revokes what belongs to end users; nobody but they themselves uses it. */
export function managesEndUsers({ role, scopes, endUser }: Caller): boolean {
  return endUser === undefined && roleAtLeast(role, 'MANAGER') && scopes.has('end_users:read');
}
