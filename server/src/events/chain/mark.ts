import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Chain } from './chain.ts';
import { macOf } from './mac.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    /** Facts beside the chain that only the holder of its key can state. */
    audit_marks: { workspace_id: WorkspaceColumn; name: Fixed<string>; value: string; mac: string };
  }
}

/** `calls_before`: calls older than this may have been deleted by retention (ISO 8601 with milliseconds, UTC). */
type MarkName = 'calls_before';

/** States a fact under the chain's key; a later one replaces an earlier one, never the other way round. */
export async function writeMark(trx: WorkspaceTrx, chain: Chain, mark: readonly [MarkName, string]): Promise<void> {
  const [name, value] = mark;
  await trx.rows
    .insertInto('audit_marks')
    .values({ name, value, mac: markMac(chain, name, value) })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'name'])
        .doUpdateSet((eb) => ({ value: eb.ref('excluded.value'), mac: eb.ref('excluded.mac') }))
        .whereRef('audit_marks.value', '<', 'excluded.value'),
    )
    .execute();
}

/** The fact, or `undefined` where nobody stated it; `forged` where somebody else did. */
export async function readMark(
  { rows }: WorkspaceRows,
  chain: Chain,
  name: MarkName,
): Promise<string | 'forged' | undefined> {
  const row = await rows.selectFrom('audit_marks').select(['value', 'mac']).where('name', '=', name).executeTakeFirst();
  if (row === undefined) return undefined;
  return row.mac === markMac(chain, name, row.value) ? row.value : 'forged';
}

function markMac({ key, workspaceId }: Chain, name: MarkName, value: string): string {
  return macOf(key, ['mark', workspaceId, name, value]).toString('hex');
}
