import { differs, type Forgotten, withoutThem } from '../../calls/audit/erase-from-logs.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { eraseFromRevocations } from './erase-from-revocations.ts';

/** How many rows named somebody, or were theirs alone. */
export interface ErasedRows {
  readonly approvals: number;
  readonly connections: number;
}

/** Whose rows: a member may be named in what others have, an end user in nothing but their own. */
export interface ErasedPerson {
  readonly userId: string;
  readonly isMember: boolean;
}

/**
 * Puts somebody's pseudonym wherever what is few enough for one transaction names them, and destroys what was theirs alone:
 * how their connections were called and set up included, but for what a provider is still to be told with.
 */
export async function eraseFromRows(
  trx: WorkspaceTrx,
  forgotten: Forgotten,
  { userId, isMember }: ErasedPerson,
): Promise<ErasedRows> {
  const owner = forgotten.people.of(userId);
  const approvals = await eraseFromApprovals(trx, forgotten, { userId, isMember });
  await eraseSettings(trx, [userId, owner]);
  const theirs = trx.rows.updateTable('connections').where('owner_user_id', '=', userId);
  const connections = await theirs.set({ ...nobodys, owner_user_id: owner }).executeTakeFirst();
  const made = trx.rows.updateTable('connections').where('created_by', '=', userId);
  const madeHere = isMember ? made : made.where('owner_user_id', '=', owner);
  await madeHere.set({ created_by: owner }).execute();
  await trx.rows.deleteFrom('connection_defaults').where('holder', '=', `user:${userId}`).execute();
  await trx.rows.deleteFrom('handshakes').where('user_id', '=', userId).execute();
  await eraseFromRevocations(trx, forgotten, userId);
  return { approvals, connections: Number(connections.numUpdatedRows) };
}

const nobodys = { end_user_id: null, end_user_external_id: null, identity: null, label: 'erased', metadata: '{}' };

/** Where a provider is told depends on how the connection was set up. */
async function eraseSettings({ rows }: WorkspaceTrx, owners: readonly string[]): Promise<void> {
  const theirs = rows.selectFrom('connections').select('id').where('owner_user_id', 'in', owners);
  await rows.deleteFrom('handshakes').where('connection_id', 'in', theirs).execute();
  await rows.deleteFrom('connection_tags').where('connection_id', 'in', theirs).execute();
  await rows
    .updateTable('connections')
    .set({ config: '{}', settings: '{}' })
    .where('owner_user_id', 'in', owners)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('revocation_receipts')
            .select('connection_id')
            .whereRef('connection_id', '=', 'connections.id')
            .where('outcome', '=', 'waiting'),
        ),
      ),
    )
    .execute();
}

async function eraseFromApprovals(
  { rows }: WorkspaceTrx,
  forgotten: Forgotten,
  { userId, isMember }: ErasedPerson,
): Promise<number> {
  const columns = ['principal', 'user_id', 'summary', 'decided_by', 'decided_user_id', 'decision_note'] as const;
  const more = ['acknowledged_by', 'acknowledged_user_id', 'acknowledgement_note'] as const;
  const found = await rows
    .selectFrom('approvals')
    .select(['id', ...columns, ...more])
    .where(({ eb, or }) =>
      or([
        eb('user_id', '=', userId),
        ...(isMember
          ? [
              eb('decided_user_id', '=', userId),
              eb('acknowledged_user_id', '=', userId),
              eb('summary', 'like', `%${userId}%`),
            ]
          : []),
      ]),
    )
    .execute();
  const changed = found.map((row) => ({ row, without: withoutThem(forgotten, row) })).filter(differs);
  for (const { without } of changed) {
    const { id, ...values } = without;
    await rows.updateTable('approvals').set(values).where('id', '=', id).execute();
  }
  return changed.length;
}
