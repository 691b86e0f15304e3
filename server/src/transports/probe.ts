import type { Connector, Verify } from '../catalog/connector.ts';
import { templateValues } from '../catalog/templates/template-values.ts';
import type { Egress } from '../egress/egress.ts';
import type { Clock } from '../lib/clock.ts';
import type { JsonObject } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import type { Attachment } from './attachment.ts';
import { probeHttp } from './http/probe-http.ts';
import { mcpTargetOf } from './mcp/mcp-target.ts';
import type { McpTool } from './mcp/read-mcp-tool.ts';
import type { LocalServers } from './mcp/stdio/create-local-servers.ts';
import { probeMcp, type ServerInfo } from './probe-mcp.ts';
import { createRedactor, type Redactor } from '../lib/redact.ts';
import { probeSql } from './sql/probe-sql.ts';
import type { SqliteRunner } from './sql/sqlite/sqlite-runner.ts';

/** What a provider made of submitted values. `identity` is the name of the account, where the provider tells. */
export type ProbeResult =
  | {
      readonly ok: true;
      readonly identity: string | null;
      readonly tools?: readonly McpTool[];
      readonly server?: ServerInfo | null;
    }
  | {
      readonly ok: false;
      readonly message: string;
      /** Present where it is the credentials, or the lack of them, that it turns down. */
      readonly unproven?: true;
    }
  | { readonly unreachable: true; readonly message: string };

export interface Probe {
  readonly connector: Pick<Connector, 'verify' | 'mcp' | 'sql' | 'derived' | 'source'>;
  readonly config: JsonObject;
  readonly secrets: Readonly<Record<string, Secret>>;
  /** What the connector's scheme makes of them. */
  readonly attachment: Attachment;
  /** Ours, without a slash at the end. */
  readonly publicUrl: string;
  readonly egress: Pick<Egress, 'request' | 'fetch' | 'connect'>;
  readonly clock: Clock;
  readonly sqlite: SqliteRunner;
  /** Starts programs. */
  readonly localServers: LocalServers;
  readonly workspaceId: string;
  /** What the connection adds to every request to an MCP server. Default: nothing. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a loopback address may be reached (S6). */
  readonly loopback: boolean;
  readonly signal: AbortSignal;
}

const timeoutMs = 10_000;

/**
 * Asks the provider, as the manifest says, whether values work (RULINGS 001.5): 10 seconds in all. Without a verify block
 * they do. Messages hold at most 512 bytes of the provider's words and nothing that was submitted.
 */
export async function runProbe(probe: Probe): Promise<ProbeResult> {
  const secrets = createRedactor(Object.values(probe.secrets), { shortest: 4 });
  const texts = Object.values(probe.config).filter((value) => typeof value === 'string');
  const submitted = createRedactor(
    texts.map((text) => new Secret(text)),
    { shortest: 4 },
  );
  const result = await ask(
    { ...probe, signal: AbortSignal.any([probe.signal, AbortSignal.timeout(timeoutMs)]) },
    secrets,
  );
  return 'message' in result ? { ...result, message: submitted.text(result.message) } : result;
}

async function ask(probe: Probe, redactor: Redactor): Promise<ProbeResult> {
  const { config, secrets, publicUrl, connector } = probe;
  switch (connector.verify?.kind) {
    case undefined:
      return { ok: true, identity: null };
    case 'sql':
      return askDatabase(probe, connector.verify, redactor);
    case 'mcp':
      return askMcp(probe, redactor);
    case 'http': {
      const values = templateValues(connector, { fields: { ...config, ...secrets }, publicUrl });
      return probeHttp({ ...probe, verify: connector.verify, values, redactor, timeoutMs });
    }
  }
}

function askDatabase(
  probe: Probe,
  verify: Extract<Verify, { kind: 'sql' }>,
  redactor: Redactor,
): Promise<ProbeResult> | ProbeResult {
  const { sql, derived } = probe.connector;
  if (sql === undefined) return { ok: false, message: 'The connector names no database to ask.' };
  return probeSql({ ...probe, sql, derived, verify, redactor, timeoutMs });
}

async function askMcp(probe: Probe, redactor: Redactor): Promise<ProbeResult> {
  const found = mcpTargetOf(probe.connector, probe);
  if (!found.ok) return { ok: false, message: found.message };
  const result = await probeMcp({
    ...probe,
    local: probe.localServers,
    target: found.target,
    redactor,
    timeoutMs,
  });
  if (result.status === 'ok') return { ok: true, identity: null, tools: result.tools, server: result.server };
  if (result.status === 'unreachable') return { unreachable: true, message: result.message };
  return { ok: false, message: result.message, ...(result.status === 'auth_required' && { unproven: true }) };
}
