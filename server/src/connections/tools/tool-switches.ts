import type { Flag } from '../../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    connection_tools: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      name: Fixed<string>;
      disabled: Flag;
      requires_confirmation: Flag | null;
    };
  }
}

/** What was switched on one tool of one connection, by a person or for want of one. */
export interface ToolSwitches {
  readonly disabled: boolean;
  /** `true` makes any tool ask; `false` never lets a write run unasked (RULINGS, Everywhere 14); absent: by its effect. */
  readonly requiresConfirmation: boolean | undefined;
}

export const untouchedSwitches: ToolSwitches = { disabled: false, requiresConfirmation: undefined };

/** The switches of a connection by tool name; tools nobody touched are absent. */
export async function listSwitches(
  db: WorkspaceRows,
  connectionId: string,
): Promise<ReadonlyMap<string, ToolSwitches>> {
  return (await switchesOf(db, [connectionId])).get(connectionId) ?? new Map();
}

/** The same of several connections at once, by connection. */
export async function switchesOf(
  db: WorkspaceRows,
  connectionIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, ToolSwitches>>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db.rows
    .selectFrom('connection_tools')
    .selectAll()
    .where('connection_id', 'in', [...connectionIds])
    .execute();
  const byConnection = Map.groupBy(rows, (row) => row.connection_id);
  return new Map(
    [...byConnection].map(([id, found]) => [id, new Map(found.map((row) => [row.name, readSwitches(row)]))]),
  );
}

/** The switches of one tool. */
export async function switchesOfTool(db: WorkspaceRows, connectionId: string, name: string): Promise<ToolSwitches> {
  const row = await db.rows
    .selectFrom('connection_tools')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row ? readSwitches(row) : untouchedSwitches;
}

function readSwitches(row: { readonly disabled: Flag; readonly requires_confirmation: Flag | null }): ToolSwitches {
  return {
    disabled: row.disabled === 1,
    requiresConfirmation: row.requires_confirmation === null ? undefined : row.requires_confirmation === 1,
  };
}

export async function setSwitches(
  trx: WorkspaceTrx,
  connectionId: string,
  change: { readonly name: string; readonly switches: ToolSwitches },
): Promise<void> {
  const { disabled, requiresConfirmation } = change.switches;
  const values = {
    disabled: flag(disabled),
    requires_confirmation: requiresConfirmation === undefined ? null : flag(requiresConfirmation),
  };
  await trx.rows
    .insertInto('connection_tools')
    .values({ connection_id: connectionId, name: change.name, ...values })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'connection_id', 'name']).doUpdateSet(values))
    .execute();
}

/** Lets writes that came later ask a person every time, whoever calls them; what somebody switched already stays. */
export async function askAboutNew(trx: WorkspaceTrx, connectionId: string, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += 500) {
    const some = names.slice(start, start + 500);
    await trx.rows
      .insertInto('connection_tools')
      .values(some.map((name) => ({ connection_id: connectionId, name, disabled: 0, requires_confirmation: 1 })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

function flag(value: boolean): Flag {
  return value ? 1 : 0;
}
