import { setImmediate as nextTurn } from 'node:timers/promises';
import { type KeySource, openChain } from '../../events/chain/chain.ts';
import { sealChain } from '../../events/chain/seal-chain.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import { auditLogs } from './audit-logs.ts';

declare module '../../jobs/jobs.ts' {
  interface JobTypes {
    /** Seals what is new in the records of the workspace. */
    'audit.seal': Record<string, never>;
  }
}

export interface SealingParts {
  readonly storage: Storage;
  readonly vault: KeySource;
  readonly clock: Clock;
}

const everyMs = 10_000;
/** Left of the job's minute, so that it ends by itself where there is a lot to seal. */
const turnMs = 40_000;
const atOnce = 100;

/** Looks every ten seconds for workspaces with records that are not sealed, and asks for a job for each (R12). */
export function sealRegularly({ storage, clock }: Omit<SealingParts, 'vault'>): HouseTask {
  return {
    name: 'sealing of records',
    everyMs,
    run: async () => {
      const found = await withUnsealed(storage);
      for (let at = 0; at < found.length; at += atOnce) {
        await storage.transact(async (trx) => {
          for (const id of found.slice(at, at + atOnce))
            await enqueue(trx.workspace(id), clock, { kind: 'audit.seal', payload: {}, uniqueKey: 'audit' });
        });
      }
    },
  };
}

/** The one who seals: the lease of the job keeps replicas from doing it at the same time. */
export function sealInBackground({ storage, vault, clock }: SealingParts): JobHandler<'audit.seal'> {
  return async ({ workspaceId, signal }) => {
    const db = storage.workspace(workspaceId);
    const chain = openChain(vault, workspaceId);
    const until = AbortSignal.any([signal, AbortSignal.timeout(turnMs)]);
    await sealChain({ db, chain, clock, logs: Object.values(auditLogs) }, until);
  };
}

async function withUnsealed(storage: Storage): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const log of ['events', 'calls'] as const) {
    let workspaceId = await nextUnsealed(storage, log, '');
    while (workspaceId !== undefined) {
      found.add(workspaceId);
      await nextTurn();
      workspaceId = await nextUnsealed(storage, log, workspaceId);
    }
  }
  return [...found];
}

/** By the index of what is not sealed, from one workspace to the next. */
async function nextUnsealed({ rows }: Storage, log: 'events' | 'calls', previous: string): Promise<string | undefined> {
  const next = rows
    .selectFrom(log)
    .select('workspace_id')
    .where('segment', 'is', null)
    .where('workspace_id', '>', previous)
    .orderBy('workspace_id')
    .limit(1);
  return (await next.executeTakeFirst())?.workspace_id;
}
