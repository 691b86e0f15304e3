import type { Connector } from '../../../catalog/connector.ts';
import { originOf } from '../../../catalog/origins.ts';
import type { App } from '../../../context.ts';
import type { CodeGrant } from '../../../credentials/grants/grant.ts';
import { misdirected } from '../../../credentials/open-credentials.ts';
import { redirectUri } from '../../../oauth/apps/redirect-uri.ts';
import { discoverMcp } from '../../../oauth/mcp/discover-mcp.ts';
import { mcpClient } from '../../../oauth/mcp/mcp-client.ts';
import type { OauthServer } from '../../../oauth/oauth-server.ts';
import type { WorkspaceDb } from '../../../storage/storage.ts';
import { nothingAttached } from '../../../transports/attachment.ts';
import { mcpTargetOf } from '../../../transports/mcp/mcp-target.ts';
import type { Connection } from '../../connection.ts';
import type { Unaskable } from './question-of.ts';

/** A grant for an MCP server whose authorization server nobody has asked for yet: its token was imported. */
export interface Undiscovered {
  readonly db: WorkspaceDb;
  readonly connection: Connection;
  readonly connector: Connector;
  readonly secrets: CodeGrant;
}

/** Finds the authorization server that an MCP server names: from then on the grant is for that one and no other. */
export async function discoverGrant(
  app: Pick<App, 'vault' | 'egress' | 'clock' | 'config'>,
  { db, connection, connector, secrets }: Undiscovered,
): Promise<{ readonly server: OauthServer; readonly secrets: CodeGrant } | Unaskable> {
  const { config, loopback, workspaceId } = connection;
  const { publicUrl } = app.config;
  const found = mcpTargetOf(connector, { config, loopback, publicUrl, attachment: nothingAttached });
  if (!found.ok) return { problem: found.message };
  if (!secrets.origins.includes(originOf(found.target.url) ?? '')) return { problem: misdirected, isFinal: true };
  const egress = app.egress.of(workspaceId);
  const signal = AbortSignal.timeout(discoveryMs);
  const discovered = await discoverMcp({ egress, loopback, signal }, { serverUrl: found.target.url });
  if (!discovered.ok) return { problem: discovered.message };
  const { client } = secrets;
  const configured = client && { clientId: client.clientId, clientSecret: client.clientSecret };
  const parts = { db, vault: app.vault, egress, clock: app.clock, publicUrl };
  const known = await mcpClient(parts, { discovered, redirectUri: redirectUri(app.config), configured });
  if (!known.ok) return { problem: known.message };
  const { kept, server } = known;
  const origins = [kept.tokenUrl, kept.revocationUrl].flatMap((url) => originOf(url ?? '') ?? []);
  return { server, secrets: { ...secrets, server: kept, origins: [...new Set(origins)] } };
}

const discoveryMs = 10_000;
