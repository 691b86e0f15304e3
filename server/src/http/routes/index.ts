import type { Route } from '../route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { approvalRoutes } from './approvals.ts';
import { connectionRoutes } from './connections.ts';
import { connectorObjectRoutes } from './connector-objects.ts';
import { connectorRoutes } from './connectors.ts';
import { crewRoutes } from './crews.ts';
import { invitationRoutes } from './invitations.ts';
import { meRoutes } from './me.ts';
import { memberRoutes } from './members.ts';
import { projectRoutes } from './projects.ts';
import { recordRoutes } from './records.ts';
import { toolRoutes } from './tools.ts';
import { workspaceRoutes } from './workspaces.ts';

/** Every route that needs nothing but an `App`, in the order of the documentation. */
export const routes: readonly Route[] = [
  ...meRoutes,
  ...workspaceRoutes,
  ...crewRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...apiKeyRoutes,
  ...projectRoutes,
  ...connectorRoutes,
  ...connectionRoutes,
  ...connectorObjectRoutes,
  ...toolRoutes,
  ...approvalRoutes,
  ...recordRoutes,
];
