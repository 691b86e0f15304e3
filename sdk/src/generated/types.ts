// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */
export type * from './me.ts';
export type * from './workspaces.ts';
export type * from './crews.ts';
export type * from './members.ts';
export type * from './invitations.ts';
export type * from './api-keys.ts';
export type * from './projects.ts';
export type * from './connectors.ts';
export type * from './oauth-apps.ts';
export type * from './integrations.ts';
export type * from './connections.ts';
export type * from './end-users.ts';
export type * from './connect-links.ts';
export type * from './v1.ts';
export type * from './tools.ts';
export type * from './files.ts';
export type * from './approvals.ts';
export type * from './events.ts';
export type * from './calls.ts';
export type * from './audit.ts';
export type * from './keys.ts';
export type * from './user-tokens.ts';
export type * from './webhooks.ts';
export type * from './shared.ts';
export type * from './error-code.ts';
