import type { WorkspaceRows } from '../../storage/storage.ts';
import '../tables.ts';

/** Who is shown the headers of agent endpoints in clear: MANAGER and above, or nobody (RULINGS 002.7, S17). */
export const revealHeaders = ['managers', 'never'] as const;
export type RevealHeaders = (typeof revealHeaders)[number];

/** What the workspace says of it; where it says something else than we know, nobody is shown anything. */
export async function revealHeadersOf(rows: Pick<WorkspaceRows, 'rows'>): Promise<RevealHeaders> {
  const state = await rows.rows.selectFrom('workspace_state').select('reveal_headers').executeTakeFirst();
  return readRevealHeaders(state?.reveal_headers);
}

/** The setting as the database holds it. */
export function readRevealHeaders(text: string | undefined): RevealHeaders {
  return text === 'managers' ? text : 'never';
}
