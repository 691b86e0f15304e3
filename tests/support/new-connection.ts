import type { Connection } from '../../server/src/connections/connection.ts';
import type { NewConnectionRow } from '../../server/src/connections/connection-store.ts';
import { plainSettings } from '../../server/src/connections/settings/connection-settings.ts';
import { newId } from '../../server/src/lib/ids.ts';

const at = '2026-11-21T00:00:00.000Z';

/** A connected personal connection of ann's to GitLab; changed as asked. */
export function newConnection(changes: Partial<Connection> = {}): Connection {
  return {
    id: newId(),
    workspaceId: 'w',
    connectorId: 'gitlab',
    connectorVersion: '1.0.0',
    handle: 'gitlab',
    label: 'GitLab',
    scope: 'personal',
    ownerUserId: 'ann',
    crewId: null,
    endUser: null,
    metadata: {},
    authMode: 'pat',
    status: 'connected',
    statusReason: null,
    isActive: true,
    identity: 'ann',
    grantedScopes: [],
    config: {},
    settings: plainSettings,
    loopback: false,
    generation: 1,
    credentialsVersion: 0,
    expiresAt: null,
    createdBy: 'ann',
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    ...changes,
  };
}

/** The same as a row, with a handle of its own. */
export function newConnectionRow(changes: Partial<NewConnectionRow> = {}): NewConnectionRow & { readonly id: string } {
  const id = changes.id ?? newId();
  return {
    connector_id: 'gitlab',
    connector_version: '1.0.0',
    handle: `gitlab-${id.slice(-8)}`,
    label: 'GitLab',
    scope: 'personal',
    owner_user_id: 'ann',
    crew_id: null,
    auth_mode: 'pat',
    status: 'connected',
    status_reason: null,
    is_active: 1,
    identity: null,
    granted_scopes: '[]',
    config: '{}',
    settings: '{}',
    loopback: 0,
    generation: 1,
    credentials_version: 0,
    expires_at: null,
    created_by: 'ann',
    created_at: at,
    updated_at: at,
    deleted_at: null,
    ...changes,
    id,
  };
}
