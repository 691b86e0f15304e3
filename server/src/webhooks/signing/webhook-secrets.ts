import type { App } from '../../context.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Secret } from '../../lib/secret.ts';
import type { WorkspaceDb, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { sealedColumn } from '../../vault/rotation/sealed-column.ts';
import { type Box, type Vault, VaultError } from '../../vault/vault.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    webhook_secrets: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      webhook_id: Fixed<string>;
      box: string;
      /** Milliseconds since the epoch: from then on it signs nothing; null for the newest. */
      retires_at: number | null;
      created_at: Fixed<string>;
    };
  }
}

/** What signs for a webhook, sealed. */
export interface SealedSecret {
  readonly id: string;
  readonly box: Box;
}

/** Seals a new secret. Not inside a transaction (R3). */
export async function sealSecret(
  { vault, db, clock }: { readonly vault: Vault; readonly db: WorkspaceRows; readonly clock: Clock },
  secret: Secret,
): Promise<SealedSecret> {
  const id = newId(clock.now());
  return { id, box: await vault.seal(slotOf(db.workspaceId, id), secret) };
}

/** From now on it signs for the webhook. */
export async function insertSecret(
  trx: WorkspaceTrx,
  clock: Clock,
  { id, box, webhookId }: SealedSecret & { readonly webhookId: string },
): Promise<void> {
  const row = { id, box, webhook_id: webhookId, retires_at: null, created_at: isoTime(clock) };
  await trx.rows.insertInto('webhook_secrets').values(row).execute();
}

/** What signs for a webhook now, the newest first. Throws VaultError where one was moved or altered. */
export async function openSecrets(
  parts: Pick<App, 'vault' | 'clock'> & { readonly db: WorkspaceDb },
  webhookId: string,
): Promise<readonly Secret[]> {
  try {
    return await openNow(parts, webhookId);
  } catch (error) {
    // What was sealed anew while it was read opens the second time.
    if (error instanceof VaultError) return openNow(parts, webhookId);
    throw error;
  }
}

async function openNow(
  { vault, clock, db }: Pick<App, 'vault' | 'clock'> & { readonly db: WorkspaceDb },
  webhookId: string,
): Promise<readonly Secret[]> {
  const rows = await inForce(db, webhookId, clock.now()).select(['id', 'box']).orderBy('id', 'desc').execute();
  return Promise.all(rows.map(({ id, box }) => vault.open(slotOf(db.workspaceId, id), box)));
}

/** Has those that sign now stop at this time, or earlier where that was said before; answers how many go on until then. */
export async function retireSecrets(
  trx: WorkspaceTrx,
  webhookId: string,
  { now, at }: { readonly now: number; readonly at: number },
): Promise<number> {
  const { rows } = trx;
  await rows
    .updateTable('webhook_secrets')
    .set({ retires_at: at })
    .where('webhook_id', '=', webhookId)
    .where(({ eb, or }) => or([eb('retires_at', 'is', null), eb('retires_at', '>', at)]))
    .execute();
  await rows.deleteFrom('webhook_secrets').where('webhook_id', '=', webhookId).where('retires_at', '<=', now).execute();
  return (await inForce(trx, webhookId, now).select('id').execute()).length;
}

/** Destroys everything that signs for a webhook. */
export async function destroySecrets(trx: WorkspaceTrx, webhookId: string): Promise<void> {
  await trx.rows.deleteFrom('webhook_secrets').where('webhook_id', '=', webhookId).execute();
}

function inForce({ rows }: WorkspaceRows, webhookId: string, now: number) {
  return rows
    .selectFrom('webhook_secrets')
    .where('webhook_id', '=', webhookId)
    .where(({ eb, or }) => or([eb('retires_at', 'is', null), eb('retires_at', '>', now)]));
}

function slotOf(workspaceId: string, id: string) {
  return { kind: 'webhook_secret', workspaceId, record: id, field: 'secret', generation: 1 } as const;
}

/** Where they lie. */
export const webhookSecretBoxes = sealedColumn({
  table: 'webhook_secrets',
  column: 'box',
  key: ['id'],
  slotOf: (workspaceId, read) => slotOf(workspaceId, read('id')),
});
