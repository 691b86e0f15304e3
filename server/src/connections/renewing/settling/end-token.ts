import { bumpGeneration } from '../../../access/generations.ts';
import type { App } from '../../../context.ts';
import type { Grant } from '../../../credentials/grants/grant-store.ts';
import { putOffGrant } from '../../../credentials/grants/lease-grant.ts';
import type { WorkspaceDb } from '../../../storage/storage.ts';
import type { Connection } from '../../connection.ts';
import { changeStatus, noNewToken } from './change-status.ts';
import type { Renewal } from '../renew.ts';

/** A token that cannot be renewed any more, and why. */
export interface EndedToken {
  readonly db: WorkspaceDb;
  readonly connection: Connection;
  /** Absent where it came without anything to renew it. */
  readonly grant: Grant | undefined;
  readonly kind: 'code' | 'exchange';
  readonly message: string;
}

/** Says of a connection that its token is over, unless that is known or somebody else is renewing it after all. */
export async function endToken(app: Pick<App, 'clock' | 'storage'>, ended: EndedToken): Promise<Renewal> {
  const { db, connection, grant, kind, message } = ended;
  const isKnown = connection.status !== 'connected' && connection.status !== 'pending';
  if (isKnown) return { is: 'over', message };
  const isEnded = await db.transact(async (trx) => {
    await bumpGeneration(trx);
    const down = { engine: app.storage.engine, renewAt: null, failures: (grant?.failures ?? 0) + 1, problem: message };
    if (grant !== undefined && !(await putOffGrant(trx, grant, down))) return false;
    await changeStatus(trx, app.clock, { connection, finding: noNewToken(kind, message) });
    return true;
  });
  return isEnded ? { is: 'over', message } : { is: 'held', forMs: 0 };
}
