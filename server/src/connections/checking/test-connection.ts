import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { ServerInfo } from '../../transports/probe-mcp.ts';
import type { ProbeResult } from '../../transports/probe.ts';
import type { Connection } from '../connection.ts';
import { renew } from '../renewing/renew.ts';
import { checkConnection } from './check-connection.ts';

/** What a test found: data, whatever it is (RULINGS, Everywhere 8). */
export interface TestResult {
  readonly status: 'ok' | 'error' | 'auth_required';
  /** Holds no secret; absent where it is ok. */
  readonly message?: string;
  /** How an MCP server calls itself. */
  readonly server?: ServerInfo;
}

/**
 * Asks the provider now, with what the connection has, and keeps what comes of it as any check does. A token that could not be
 * renewed is asked for once more: whatever the provider had against it may have been put right.
 */
export async function testConnection(
  ctx: Context,
  { id, status }: Pick<Connection, 'id' | 'status'>,
): Promise<TestResult> {
  const target = { workspaceId: ctx.caller.workspaceId, connectionId: id };
  if (status === 'token_expired') await renew(ctx, { ...target, reason: 'asked' });
  const { probe } = await checkConnection(ctx, { ...target, signal: ctx.signal });
  if (probe === undefined)
    throw new Failure('CONFLICT', 'The connection is gone, or its connector is no longer in the catalog. Look at it.');
  return readResult(probe);
}

function readResult(probe: ProbeResult): TestResult {
  if ('unreachable' in probe) return { status: 'error', message: probe.message };
  if (!probe.ok) return { status: probe.unproven === true ? 'auth_required' : 'error', message: probe.message };
  return { status: 'ok', ...(probe.server ? { server: probe.server } : {}) };
}
