import type { App } from '../../context.ts';
import { destroyCredentials } from '../../credentials/credential-store.ts';
import type { Grant } from '../../credentials/grants/grant-store.ts';
import { leasedFor, putOffGrant } from '../../credentials/grants/lease-grant.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceDb, WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import { findConnection } from '../connection-store.ts';
import { sealTokens } from './provider/sealed-tokens.ts';
import { revocableAt, type Revocable, type Unrevocable } from './provider/revocable-at.ts';
import { keepPutAway, type Receipt, waitToPutAway } from './receipt-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'connection.not_revoked_at_provider': { readonly connector: string; readonly reason: string };
  }
}

export type PuttingAway = Pick<App, 'storage' | 'vault' | 'catalog' | 'clock' | 'config'> & {
  readonly db: WorkspaceDb;
};

/** Longer than the look at somebody's lease takes. */
const marginMs = 100;

/**
 * Takes the secrets of a connection that was cut off out of use: what the provider is to be told with is sealed for that alone,
 * all else is destroyed. A token that is being renewed is waited for, so that the one that is revoked is the last one.
 */
export async function putAway(app: PuttingAway, receipt: Receipt): Promise<void> {
  const { db, storage } = app;
  const { connectionId } = receipt;
  const heldMs = await leasedFor(db, storage.engine, connectionId);
  const connection = await findConnection(db, connectionId);
  if (connection === undefined || receipt.putAwayAt !== null) return;
  if (heldMs > 0) return wait(app, receipt, heldMs);
  const { grant, found } = await revocableAt(app, connection);
  const box = 'tokens' in found ? await sealTokens(app.vault, ownerOf(connection, receipt), found.tokens) : null;
  const isDone = await db.transact((trx) => keep(trx, { app, connection, grant, found, box }));
  if (!isDone) await wait(app, receipt, 0);
}

function wait({ db, clock }: PuttingAway, receipt: Receipt, heldMs: number): Promise<void> {
  return db.transact((trx) => waitToPutAway(trx, receipt.connectionId, clock.now() + heldMs + marginMs));
}

/** Whose box it is: of the configuration that was cut off. */
function ownerOf(
  { id, workspaceId }: Pick<Connection, 'id' | 'workspaceId'>,
  { generation }: Pick<Receipt, 'generation'>,
) {
  return { id, workspaceId, generation };
}

interface Found {
  readonly app: PuttingAway;
  readonly connection: Connection;
  readonly grant: Grant | undefined;
  readonly found: Revocable | Unrevocable;
  readonly box: string | null;
}

/** False, and nothing changed, where somebody has begun to renew the token since it was read. */
async function keep(trx: WorkspaceTrx, { app, connection, grant, found, box }: Found): Promise<boolean> {
  const { engine } = app.storage;
  const down = { engine, renewAt: null, failures: 0, problem: 'The connection was revoked.' };
  if (grant !== undefined && !(await putOffGrant(trx, grant, down))) return false;
  const at = isoTime(app.clock);
  const columns =
    'tokens' in found
      ? { box, origin: found.origin }
      : { outcome: found.outcome, message: found.message, settled_at: at };
  if (!(await keepPutAway(trx, connection.id, { ...columns, put_away_at: at }))) return true;
  await destroyCredentials(trx, connection.id);
  if ('outcome' in found && found.outcome === 'failed') await noteFailure(trx, app, { connection, ...found });
  return true;
}

/** Puts on record that a provider may still think that it is connected, and why. */
export function noteFailure(
  trx: WorkspaceTrx,
  { clock }: Pick<App, 'clock'>,
  { connection, message }: { readonly connection: Connection; readonly message: string },
): Promise<void> {
  return appendEvent(trx, clock, {
    type: 'connection.not_revoked_at_provider',
    actor: systemActor,
    subject: subjectOf(connection),
    data: { connector: connection.connectorId, reason: message },
  });
}
