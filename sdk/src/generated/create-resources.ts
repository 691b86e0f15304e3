// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */
import type { Send } from '../http/create-send.ts';
import { meOf, type MeMethods } from './me.ts';
import { workspacesOf, type WorkspacesMethods } from './workspaces.ts';
import { crewsOf, type CrewsMethods } from './crews.ts';
import { membersOf, type MembersMethods } from './members.ts';
import { invitationsOf, type InvitationsMethods } from './invitations.ts';
import { apiKeysOf, type ApiKeysMethods } from './api-keys.ts';
import { projectsOf, type ProjectsMethods } from './projects.ts';
import { connectorsOf, type ConnectorsMethods } from './connectors.ts';
import { oauthAppsOf, type OauthAppsMethods } from './oauth-apps.ts';
import { integrationsOf, type IntegrationsMethods } from './integrations.ts';
import { connectionsOf, type ConnectionsMethods } from './connections.ts';
import { endUsersOf, type EndUsersMethods } from './end-users.ts';
import { connectLinksOf, type ConnectLinksMethods } from './connect-links.ts';
import { v1Of, type V1Methods } from './v1.ts';
import { toolsOf, type ToolsMethods } from './tools.ts';
import { filesOf, type FilesMethods } from './files.ts';
import { approvalsOf, type ApprovalsMethods } from './approvals.ts';
import { eventsOf, type EventsMethods } from './events.ts';
import { callsOf, type CallsMethods } from './calls.ts';
import { auditOf, type AuditMethods } from './audit.ts';
import { keysOf, type KeysMethods } from './keys.ts';
import { userTokensOf, type UserTokensMethods } from './user-tokens.ts';
import { webhooksOf, type WebhooksMethods } from './webhooks.ts';

/** Every method that the description of the API has, by the words of its path. */
export interface Resources {
  readonly me: MeMethods;
  readonly workspaces: WorkspacesMethods;
  readonly crews: CrewsMethods;
  readonly members: MembersMethods;
  readonly invitations: InvitationsMethods;
  readonly apiKeys: ApiKeysMethods;
  readonly projects: ProjectsMethods;
  readonly connectors: ConnectorsMethods;
  readonly oauthApps: OauthAppsMethods;
  readonly integrations: IntegrationsMethods;
  readonly connections: ConnectionsMethods;
  readonly endUsers: EndUsersMethods;
  readonly connectLinks: ConnectLinksMethods;
  readonly v1: V1Methods;
  readonly tools: ToolsMethods;
  readonly files: FilesMethods;
  readonly approvals: ApprovalsMethods;
  readonly events: EventsMethods;
  readonly calls: CallsMethods;
  readonly audit: AuditMethods;
  readonly keys: KeysMethods;
  readonly userTokens: UserTokensMethods;
  readonly webhooks: WebhooksMethods;
}

/** How they are sent. */
export function createResources(send: Send): Resources {
  return {
    me: meOf(send),
    workspaces: workspacesOf(send),
    crews: crewsOf(send),
    members: membersOf(send),
    invitations: invitationsOf(send),
    apiKeys: apiKeysOf(send),
    projects: projectsOf(send),
    connectors: connectorsOf(send),
    oauthApps: oauthAppsOf(send),
    integrations: integrationsOf(send),
    connections: connectionsOf(send),
    endUsers: endUsersOf(send),
    connectLinks: connectLinksOf(send),
    v1: v1Of(send),
    tools: toolsOf(send),
    files: filesOf(send),
    approvals: approvalsOf(send),
    events: eventsOf(send),
    calls: callsOf(send),
    audit: auditOf(send),
    keys: keysOf(send),
    userTokens: userTokensOf(send),
    webhooks: webhooksOf(send),
  };
}
