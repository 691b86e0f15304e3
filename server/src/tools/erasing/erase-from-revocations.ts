import { differs, type Forgotten, withoutThem } from '../../calls/audit/erase-from-logs.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';

/** Puts somebody's pseudonym wherever a revocation names them: as who asked for it, or as whose connections were meant. */
export async function eraseFromRevocations(
  { rows }: WorkspaceTrx,
  forgotten: Forgotten,
  userId: string,
): Promise<void> {
  const found = await rows
    .selectFrom('revocations')
    .select(['id', 'principal', 'user_id', 'filter'])
    .where(({ eb, or }) => or([eb('user_id', '=', userId), eb('filter', 'like', `%${userId}%`)]))
    .execute();
  const changed = found.map((row) => ({ row, without: withoutThem(forgotten, row) })).filter(differs);
  for (const { without } of changed) {
    const { id, ...values } = without;
    await rows.updateTable('revocations').set(values).where('id', '=', id).execute();
  }
}
