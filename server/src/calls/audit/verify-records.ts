import { type Actor, appendEvent } from '../../events/append-event.ts';
import { type KeySource, openChain } from '../../events/chain/chain.ts';
import type { Verdict } from '../../events/chain/verifying/fault.ts';
import type { Head } from '../../events/chain/segment.ts';
import { verifyChain } from '../../events/chain/verifying/verify-chain.ts';
import type { Clock } from '../../lib/clock.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';
import { auditLogs } from './audit-logs.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'audit.verified': { readonly ok: boolean; readonly segment: number; readonly faults: number };
  }
}

export interface VerifyRequest {
  readonly db: WorkspaceDb;
  readonly vault: KeySource;
  readonly clock: Clock;
  readonly actor: Actor;
  readonly anchor: Head | undefined;
  readonly signal: AbortSignal;
}

/** Verifies the records of a workspace and yields how far it is; the last verdict is the whole one, and is put on record. */
export async function* verifyRecords(request: VerifyRequest): AsyncGenerator<Verdict> {
  const { db, vault, clock, actor, anchor, signal } = request;
  const chain = openChain(vault, db.workspaceId);
  let last: Verdict | undefined;
  for await (const verdict of verifyChain({ db, chain, logs: auditLogs, anchor })) {
    if (signal.aborted) return;
    last = verdict;
    yield verdict;
  }
  if (last === undefined) return;
  const data = { ok: last.ok, segment: last.head.number, faults: last.faultCount };
  const event = { type: 'audit.verified', actor, subject: `workspace:${db.workspaceId}`, data } as const;
  await db.transact((trx) => appendEvent(trx, clock, event));
}
