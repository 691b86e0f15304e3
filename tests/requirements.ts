import { addressing } from './requirements/addressing.ts';
import { agentEndpoints } from './requirements/agent-endpoints.ts';
import { approvals } from './requirements/approvals.ts';
import { audit } from './requirements/audit.ts';
import { backup } from './requirements/backup.ts';
import { catalog } from './requirements/catalog.ts';
import { cli } from './requirements/cli.ts';
import { connect } from './requirements/connect.ts';
import { connectLinks } from './requirements/connect-links.ts';
import { connections } from './requirements/connections.ts';
import { connectorObjects } from './requirements/connector-objects.ts';
import { databases } from './requirements/databases.ts';
import { endUserApprovals } from './requirements/end-user-approvals.ts';
import { endUsers } from './requirements/end-users.ts';
import { everywhere } from './requirements/everywhere.ts';
import { files } from './requirements/files.ts';
import { health } from './requirements/health.ts';
import { isolation } from './requirements/isolation.ts';
import { keyRotation } from './requirements/key-rotation.ts';
import { limits } from './requirements/limits.ts';
import { localServers } from './requirements/local-servers.ts';
import { nangoImport } from './requirements/nango-import.ts';
import { oauthApps } from './requirements/oauth-apps.ts';
import { pages } from './requirements/pages.ts';
import { proxyRequirements } from './requirements/proxy.ts';
import { keeping } from './requirements/keeping.ts';
import type { Requirement } from './requirements/requirement.ts';
import { revocation } from './requirements/revocation.ts';
import { sdk } from './requirements/sdk.ts';
import { tokenRenewal } from './requirements/token-renewal.ts';
import { toolStore } from './requirements/tool-store.ts';
import { toolFamily } from './requirements/tool-family.ts';
import { userTokens } from './requirements/user-tokens.ts';
import { webhooks } from './requirements/webhooks.ts';

/** Every promise that a test must hold, or that says what it waits for. */
export const requirements: readonly Requirement[] = [
  ...everywhere,
  ...catalog,
  ...oauthApps,
  ...connect,
  ...toolFamily,
  ...connectLinks,
  ...connections,
  ...connectorObjects,
  ...agentEndpoints,
  ...databases,
  ...approvals,
  ...endUserApprovals,
  ...endUsers,
  ...nangoImport,
  ...cli,
  ...files,
  ...audit,
  ...addressing,
  ...toolStore,
  ...limits,
  ...localServers,
  ...proxyRequirements,
  ...backup,
  ...keyRotation,
  ...keeping,
  ...pages,
  ...tokenRenewal,
  ...revocation,
  ...sdk,
  ...health,
  ...isolation,
  ...userTokens,
  ...webhooks,
];

type Row = (
  | typeof everywhere
  | typeof catalog
  | typeof oauthApps
  | typeof connect
  | typeof toolFamily
  | typeof connectLinks
  | typeof connections
  | typeof connectorObjects
  | typeof agentEndpoints
  | typeof databases
  | typeof approvals
  | typeof endUserApprovals
  | typeof endUsers
  | typeof nangoImport
  | typeof cli
  | typeof files
  | typeof audit
  | typeof addressing
  | typeof toolStore
  | typeof limits
  | typeof localServers
  | typeof proxyRequirements
  | typeof backup
  | typeof keyRotation
  | typeof keeping
  | typeof pages
  | typeof tokenRenewal
  | typeof revocation
  | typeof sdk
  | typeof health
  | typeof isolation
  | typeof userTokens
  | typeof webhooks
)[number];

/** Citing an id that is not in the list does not compile. */
export type RequirementId = Row['id'];
