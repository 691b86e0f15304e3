import type { Bindings } from '../../server/src/connections/health/cascade/cascade-health.ts';
import type { Dependant, Need } from '../../server/src/connections/health/cascade/decide-cascade.ts';
import { readConnection } from '../../server/src/connections/connection-store.ts';
import type { Storage, WorkspaceTrx } from '../../server/src/storage/storage.ts';
import { loose } from './loose-database.ts';

/** Somebody who uses tools of connectors, as a test binds them. */
export interface Bound {
  readonly id: string;
  readonly workspaceId: string;
  readonly connectors: readonly string[];
  readonly onConnectorFailure?: Dependant['onConnectorFailure'];
}

/** What is kept of one. */
export interface BoundState {
  readonly isActive: boolean;
  readonly reason: string | null;
  readonly since: string | null;
}

/** A table of those who use tools of connections, which stands in for agents. */
export interface BindingTable extends Bindings {
  bind(bound: Bound): Promise<void>;
  state(id: string): Promise<BoundState>;
  /** As a person does it. */
  switchOff(id: string): Promise<void>;
}

/** Makes the table in this database. */
export async function makeBindingTable(storage: Storage): Promise<BindingTable> {
  const rows = loose(storage.writer);
  await rows.schema
    .createTable('bound')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text')
    .addColumn('connectors', 'text')
    .addColumn('on_failure', 'text')
    .addColumn('is_active', 'integer')
    .addColumn('reason', 'text')
    .addColumn('since', 'text')
    .execute();
  return {
    async bind({ id, workspaceId, connectors, onConnectorFailure = 'deactivate' }) {
      const values = { id, owner: workspaceId, connectors: JSON.stringify(connectors), on_failure: onConnectorFailure };
      await rows
        .insertInto('bound')
        .values({ ...values, is_active: 1, reason: null, since: null })
        .execute();
    },
    async state(id) {
      const row = await rows.selectFrom('bound').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      return { isActive: row['is_active'] === 1, reason: text(row['reason']), since: text(row['since']) };
    },
    async switchOff(id) {
      await rows.updateTable('bound').set({ is_active: 0, reason: null }).where('id', '=', id).execute();
    },
    listDependants,
    async switchDependant(trx, { id }, switched) {
      const isOff = switched.is === 'off';
      await loose(trx.rows)
        .updateTable('bound')
        .set({
          is_active: isOff ? 0 : 1,
          reason: isOff ? switched.reason : null,
          since: isOff ? new Date().toISOString() : null,
        })
        .where('id', '=', id)
        .execute();
    },
  };
}

async function listDependants(trx: WorkspaceTrx, connectorId: string): Promise<readonly Dependant[]> {
  const found = await loose(trx.rows)
    .selectFrom('bound')
    .selectAll()
    .where('owner', '=', trx.workspaceId)
    .where('connectors', 'like', `%"${connectorId}"%`)
    .orderBy('id')
    .execute();
  const dependants: Dependant[] = [];
  for (const row of found) {
    const connectors: string[] = JSON.parse(String(row['connectors']));
    const needs: Need[] = [];
    for (const connector of connectors) needs.push(await needOf(trx, connector));
    dependants.push({
      id: String(row['id']),
      onConnectorFailure: row['on_failure'] === 'degrade' ? 'degrade' : 'deactivate',
      isActive: row['is_active'] === 1,
      isSwitchedOffByFailure: row['reason'] !== null,
      needs,
    });
  }
  return dependants;
}

async function needOf(trx: WorkspaceTrx, connectorId: string): Promise<Need> {
  const connections = await trx.rows
    .selectFrom('connections')
    .selectAll()
    .where('connector_id', '=', connectorId)
    .where('deleted_at', 'is', null)
    .execute();
  return { connectorId, connections: connections.map(readConnection) };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
