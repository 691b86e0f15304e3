import type { App } from '../../../context.ts';
import type { Grant } from '../../../credentials/grants/grant-store.ts';
import { putOffGrant } from '../../../credentials/grants/lease-grant.ts';
import { backOff } from '../../../jobs/back-off.ts';
import type { WorkspaceDb } from '../../../storage/storage.ts';
import type { Renewal } from '../renew.ts';

/** A token that is not asked for now. */
export interface PutOff {
  readonly db: WorkspaceDb;
  readonly grant: Grant | undefined;
  /** When it makes sense, in milliseconds since the epoch; absent: not by itself. */
  readonly until: number | undefined;
  readonly message: string;
}

/** What is due and cannot be asked for yet makes room for others that are. */
export async function putOff(
  app: Pick<App, 'storage' | 'clock'>,
  { db, grant, until, message }: PutOff,
): Promise<Renewal> {
  const isDue = grant?.renewAt !== undefined && grant.renewAt <= app.clock.now();
  if (grant !== undefined && isDue && until !== undefined) {
    const setback = { engine: app.storage.engine, renewAt: until, failures: grant.failures + 1, problem: message };
    await db.transact((trx) => putOffGrant(trx, grant, setback));
  }
  return { is: 'later', until, message };
}

const longestMs = 5 * 60_000;

/** Milliseconds until it is tried again after so many failures in a row: never so long that a provider that is back goes unnoticed. */
export function retryMs(failures: number): number {
  return Math.min(backOff(failures, Math.random()), longestMs);
}
