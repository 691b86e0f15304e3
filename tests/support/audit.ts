import { setTimeout } from 'node:timers/promises';
import type { CallRecord } from '../../server/src/calls/call-log.ts';
import { insertCalls } from '../../server/src/calls/call-store.ts';
import { sealInBackground } from '../../server/src/calls/audit/seal-in-background.ts';
import type { App } from '../../server/src/context.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { newCall } from './new-call.ts';
import type { ApiAnswer, Plugboard } from './plugboard.ts';

/** Seals what is new in a workspace now, as the job does, once no job is at it. */
export async function sealNow(app: Pick<App, 'storage' | 'vault' | 'clock'>, workspaceId: string): Promise<void> {
  const jobs = app.storage.rows.selectFrom('jobs').select('id').where('kind', '=', 'audit.seal');
  while ((await jobs.executeTakeFirst()) !== undefined) await setTimeout(5);
  await sealInBackground(app)({ workspaceId, payload: {}, attempt: 1, signal: new AbortController().signal });
}

/** Puts calls on record, a millisecond apart unless told otherwise, and answers their ids. */
export async function recordCalls(
  { storage, clock }: Pick<App, 'storage' | 'clock'>,
  workspaceId: string,
  { count, ...changes }: Partial<CallRecord> & { readonly count: number },
): Promise<string[]> {
  const at = (index: number) => new Date(clock.now() - (count - index)).toISOString();
  const calls = Array.from({ length: count }, (_, index) => newCall(workspaceId, { at: at(index), ...changes }));
  for (let from = 0; from < count; from += 500)
    await storage.workspace(workspaceId).transact((trx) => insertCalls(trx, calls.slice(from, from + 500)));
  return calls.map(({ id }) => id);
}

/** The verdict on the records of the first workspace: its faults as `kind segment row`. */
export async function verify(
  { call }: Pick<Plugboard, 'call'>,
  body: object = {},
): Promise<ApiAnswer['body'] & { readonly said: readonly string[] }> {
  const answer = await call('POST /api/v1/audit/verify', { body });
  if (answer.status !== 200) throw new Error(`Verifying failed: ${answer.text}`);
  const faults = Array.isArray(answer.body['faults']) ? answer.body['faults'].filter(isRecord) : [];
  const said = faults.map(({ kind, segment, row }) => [kind, segment, row].filter((part) => part !== null).join(' '));
  return { ...answer.body, said };
}
