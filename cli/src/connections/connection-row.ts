import type { Connection, Integration, Plugboard } from '../../../sdk/src/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { nearMiss } from '../near-miss.ts';
import { Failed, UsageError } from '../show-error.ts';

/** One connection, whoever it is for. */
export interface ConnectionRow {
  readonly id: string;
  readonly handle: string;
  readonly connector: string;
  readonly label: string;
  readonly scope: Connection['scope'];
  readonly status: Connection['status'];
  readonly status_reason: string | null;
  readonly active: boolean;
  /** Who it is at the provider, when known; unknown of shared ones here. */
  readonly account: string | null;
  readonly updated_at: string;
}

/** One's own connections and those of the workspace and its crews, each once, own ones first. */
export async function everyConnection(plugboard: Plugboard): Promise<readonly ConnectionRow[]> {
  const [own, shared] = await Promise.all([plugboard.connections.list().all(), plugboard.integrations.list().all()]);
  const rows = [...own.map(rowOf), ...shared.map(rowOfShared)];
  return rows.filter(({ id }, at) => rows.findIndex((row) => row.id === id) === at);
}

/** The connection with this id or handle. Throws `Failed` with 5 where there is none, `UsageError` where nothing is named. */
export async function findConnection(plugboard: Plugboard, named: string | undefined): Promise<ConnectionRow> {
  if (named === undefined)
    throw new UsageError('Say which connection, by its handle or id: "plugboard connections list" shows them.');
  const all = await everyConnection(plugboard);
  const found = all.find(({ id, handle }) => id === named.toLowerCase() || handle === named);
  if (found) return found;
  const hint = nearMiss(
    named,
    all.map(({ handle }) => handle),
  );
  throw new Failed(
    `There is no connection "${named}".${hint} "plugboard connections list" shows them.`,
    exitCodes.notFound,
  );
}

/** A record of contract 004 in the words of the command line. */
export function rowOf(connection: Connection): ConnectionRow {
  const { id, handle, connectorSlug: connector, label, scope, status, statusReason, isActive, account } = connection;
  const updated_at = connection.updatedAt;
  return {
    id,
    handle,
    connector,
    label,
    scope,
    status,
    status_reason: statusReason,
    active: isActive,
    account,
    updated_at,
  };
}

function rowOfShared(shared: Integration): ConnectionRow {
  const { id, handle, connector_id: connector, name: label, scope, status, status_reason, updated_at } = shared;
  return {
    id,
    handle,
    connector,
    label,
    scope,
    status,
    status_reason,
    active: shared.is_active,
    account: null,
    updated_at,
  };
}
