/** Every table with a `workspace_id`, which `WorkspacePlugin` narrows; a test compares it with the migrated schema (S21). */
export const workspaceTables: ReadonlySet<string> = new Set([
  'accepted_tools',
  'agent_endpoints',
  'api_keys',
  'approvals',
  'audit_marks',
  'audit_segments',
  'calls',
  'connection_defaults',
  'connection_pauses',
  'connection_secrets',
  'connection_tools',
  'connections',
  'connector_versions',
  'crews',
  'data_keys',
  'discovered_tools',
  'events',
  'file_chunks',
  'file_usage',
  'files',
  'idempotent_answers',
  'invitations',
  'jobs',
  'members',
  'projects',
  'tool_lists',
  'workspace_state',
]);

/** Tables whose rows belong to the workspace of their crew: Better Auth writes them, and knows no `workspace_id` there. */
export const crewTables: ReadonlySet<string> = new Set(['crew_members']);
