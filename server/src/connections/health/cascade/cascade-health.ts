import { bumpGeneration } from '../../../access/generations.ts';
import type { App } from '../../../context.ts';
import { type HeardEvent, type Listener, on } from '../../../events/outbox/listener.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import { decideCascade, type Dependant, type Switched } from './decide-cascade.ts';

/** Where it is kept who needs which connections. */
export interface Bindings {
  /** Those who use a tool of this connector, with everything they need. */
  listDependants(trx: WorkspaceTrx, connectorId: string): Promise<readonly Dependant[]>;
  /** Switches one off or on, with its event. */
  switchDependant(trx: WorkspaceTrx, dependant: Dependant, switched: Switched): Promise<void>;
}

/**
 * Switches off who cannot work without a connection that has failed, and on again what this switched off (RULINGS 003.3). It
 * goes by how connections are now, so that being told twice, or late, comes to the same.
 */
export function cascadeHealth({ storage }: Pick<App, 'storage'>, bindings: Bindings): Listener {
  const settle = ({ workspaceId, data }: HeardEvent<CascadeEvent>): Promise<void> =>
    storage.workspace(workspaceId).transact(async (trx) => {
      await bumpGeneration(trx);
      for (const dependant of await bindings.listDependants(trx, data.connector)) {
        const switched = decideCascade(dependant);
        if (switched !== undefined) await bindings.switchDependant(trx, dependant, switched);
      }
    });
  return {
    name: 'health-cascade',
    reactions: [
      on('connection.failed', settle),
      on('connection.revoked', settle),
      on('connection.connected', settle),
      on('connection.recovered', settle),
    ],
  };
}

type CascadeEvent = 'connection.failed' | 'connection.revoked' | 'connection.connected' | 'connection.recovered';
