import { type EndUser, keepEndUser } from '../../server/src/access/end-users/end-user-store.ts';
import { insertUserTokens } from '../../server/src/access/end-users/tokens/user-token-store.ts';
import { sha256 } from '../../server/src/lib/digest.ts';
import { newId, randomToken } from '../../server/src/lib/ids.ts';
import type { Acting } from '../../server/src/access/acting.ts';

/** How the row of a token differs from one that holds for an hour, names nothing and was made without a key. */
export interface TokenRowWish {
  readonly endUser?: string;
  readonly connections?: readonly string[];
  readonly expiresInMs?: number;
  readonly by?: Acting;
}

/** A token whose row was written without anybody being asked. */
export interface TokenRow {
  readonly id: string;
  readonly token: string;
  readonly endUser: EndUser;
}

/** Writes the row of a token, of the end user `u_1` unless told otherwise. */
export async function addTokenRow({ db, clock, caller }: Acting, wish: TokenRowWish = {}): Promise<TokenRow> {
  const { endUser: named = 'u_1', connections = [], expiresInMs = 3_600_000, by } = wish;
  const maker = by?.caller ?? caller;
  const token = `pbu_${randomToken(32)}`;
  const times = {
    createdAt: new Date(clock.now()).toISOString(),
    expiresAt: new Date(clock.now() + expiresInMs).toISOString(),
  };
  return db.transact(async (trx) => {
    const endUser = await keepEndUser(trx, clock, { id: named });
    const row = { id: newId(), endUser, connectors: undefined, connections, agent: null, metadata: {}, ...times };
    const kept = { hash: sha256(token), makerUserId: maker.userId, makerKeyId: maker.key?.id, lineage: [] };
    await insertUserTokens(trx, [{ token: { ...row, createdBy: maker.principal }, kept }]);
    return { id: row.id, token, endUser };
  });
}
