import { actorOf, appendEvent } from '../../events/append-event.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { type Acting, requireAuthority } from '../acting.ts';
import { bumpGeneration } from '../generations.ts';
import { type RevealHeaders, revealHeadersOf } from './reveal-headers.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'workspace.renamed': { readonly name: string };
    'workspace.reveal_headers_changed': { readonly from: RevealHeaders; readonly to: RevealHeaders };
  }
}

/** What of a workspace is to change; what is left out stays. */
export interface WorkspaceEdit {
  readonly name?: string | undefined;
  readonly revealHeaders?: RevealHeaders | undefined;
}

/**
 * Gives the workspace another name (its slug stays, because others have written it down) or changes who sees headers.
 * Showing them again is for a person (S3): FORBIDDEN otherwise, and then nothing has changed.
 */
export async function editWorkspace(acting: Acting, { name, revealHeaders }: WorkspaceEdit): Promise<void> {
  await acting.db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (name !== undefined) await rename(trx, acting, name);
    if (revealHeaders !== undefined) await setRevealHeaders(trx, acting, revealHeaders);
  });
}

async function rename(trx: WorkspaceTrx, { caller, clock }: Acting, name: string): Promise<void> {
  requireAuthority(caller);
  await trx.rows.updateTable('workspaces').set({ name }).where('id', '=', trx.workspaceId).execute();
  const subject = `workspace:${trx.workspaceId}`;
  await appendEvent(trx, clock, { type: 'workspace.renamed', actor: actorOf(caller), subject, data: { name } });
}

async function setRevealHeaders(trx: WorkspaceTrx, { caller, clock }: Acting, to: RevealHeaders): Promise<void> {
  const from = await revealHeadersOf(trx);
  if (from === to) return;
  if (to !== 'never') requireAuthority(caller);
  await trx.rows.updateTable('workspace_state').set({ reveal_headers: to }).execute();
  await appendEvent(trx, clock, {
    type: 'workspace.reveal_headers_changed',
    actor: actorOf(caller),
    subject: `workspace:${trx.workspaceId}`,
    data: { from, to },
  });
}
