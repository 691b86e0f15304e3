import type { Route } from '../route.ts';
import { agentEndpointRoutes } from './agent-endpoints.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { appOriginRoutes } from './app-origins.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit.ts';
import { brandRoutes } from './brand.ts';
import { clientMetadataRoutes } from './client-metadata.ts';
import { connectLinkRoutes } from './connect-links.ts';
import { connectionDefaultRoutes } from './connection-defaults.ts';
import { connectionToolRoutes } from './connection-tools.ts';
import { connectionRoutes } from './connections.ts';
import { connectionSignInRoutes } from './connection-sign-in.ts';
import { connectorObjectRoutes } from './connector-objects.ts';
import { connectorRoutes } from './connectors.ts';
import { crewRoutes } from './crews.ts';
import { endUserRoutes } from './end-users.ts';
import { fileRoutes } from './files.ts';
import { integrationRoutes } from './integrations.ts';
import { invitationRoutes } from './invitations.ts';
import { keyRotationRoutes } from './key-rotation.ts';
import { keySetRoutes } from './key-sets.ts';
import { meRoutes } from './me.ts';
import { memberRoutes } from './members.ts';
import { oauthAppRoutes } from './oauth-apps.ts';
import { projectRoutes } from './projects.ts';
import { proxyRoutes } from './proxy.ts';
import { recordRoutes } from './records.ts';
import { revocationRoutes } from './revocations.ts';
import { setAsideEventRoutes } from './set-aside-events.ts';
import { toolConnectRoutes } from './tool-connect.ts';
import { toolOperationRoutes } from './tool-operations.ts';
import { toolRoutes } from './tools.ts';
import { webhookRoutes } from './webhooks.ts';
import { userTokenRoutes } from './user-tokens.ts';
import { workspacePolicyRoutes } from './workspace-policy.ts';
import { workspaceRoutes } from './workspaces.ts';

/** Every route that needs nothing but an `App`, in the order of the documentation. */
export const routes: readonly Route[] = [
  ...meRoutes,
  ...workspaceRoutes,
  ...workspacePolicyRoutes,
  ...crewRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...apiKeyRoutes,
  ...connectionDefaultRoutes,
  ...projectRoutes,
  ...agentEndpointRoutes,
  ...connectorRoutes,
  ...oauthAppRoutes,
  ...integrationRoutes,
  ...connectionRoutes,
  ...connectionSignInRoutes,
  ...endUserRoutes,
  ...connectLinkRoutes,
  ...appOriginRoutes,
  ...brandRoutes,
  ...revocationRoutes,
  ...clientMetadataRoutes,
  ...connectorObjectRoutes,
  ...toolConnectRoutes,
  ...toolOperationRoutes,
  ...toolRoutes,
  ...proxyRoutes,
  ...connectionToolRoutes,
  ...fileRoutes,
  ...approvalRoutes,
  ...recordRoutes,
  ...auditRoutes,
  ...keyRotationRoutes,
  ...setAsideEventRoutes,
  ...userTokenRoutes,
  ...keySetRoutes,
  ...webhookRoutes,
];
