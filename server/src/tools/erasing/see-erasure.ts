import { findConnections } from '../../connections/connection-store.ts';
import { listReceipts, type RevocationOutcome } from '../../connections/revoking/receipt-store.ts';
import type { Context } from '../../context.ts';
import { type Erasure, findErasure } from './erasure-store.ts';
import { forgottenBy } from './finish-erasure.ts';

/** A connection that was theirs, and what its provider said until now. */
interface ErasedConnection {
  readonly id: string;
  readonly connectorId: string;
  readonly outcome: RevocationOutcome;
}

/** What was done to forget an end user, without saying who it was. */
export interface ErasureReport {
  readonly erasure: Erasure;
  /** What stands in the records where they were named. */
  readonly pseudonym: string;
  readonly connections: readonly ErasedConnection[];
}

/** More are found by the revocation. */
const mostShown = 1000;

/** How far an erasure is, as of now. */
export async function seeErasure(ctx: Pick<Context, 'db' | 'vault'>, endUserId: string): Promise<ErasureReport> {
  const erasure = await findErasure(ctx.db, endUserId);
  if (erasure === undefined) throw new Error('An erasure that was just begun is not there.');
  const receipts = await listReceipts(ctx.db, { revocationId: erasure.revocationId, limit: mostShown });
  const ids = receipts.items.map(({ id }) => id);
  const connections = await findConnections(ctx.db, ids);
  return {
    erasure,
    pseudonym: forgottenBy(ctx, erasure).people.of(endUserId),
    connections: receipts.items.flatMap(({ id, outcome }) => {
      const connection = connections.get(id);
      return connection ? [{ id, connectorId: connection.connectorId, outcome }] : [];
    }),
  };
}
