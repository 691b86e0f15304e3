import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import type { CallLog, CallRecord } from './call-log.ts';
import { createCallQueue } from './call-queue.ts';
import { finishCall, insertCalls } from './call-store.ts';

export interface CallLogOptions {
  readonly storage: Storage;
  readonly log: Pick<Logger, 'error' | 'warn'>;
  /** Whether every record is on disk before its caller goes on (`PLUGBOARD_AUDIT=strict`). */
  readonly strict: boolean;
}

/** The log of tool calls over the database: calls that are over go in batches, writes at once (R2, R11). */
export function createCallLog({ storage, log, strict }: CallLogOptions): CallLog {
  const queue = createCallQueue({ storage, log });

  function writeNow(call: CallRecord): Promise<void> {
    return storage.workspace(call.workspaceId).transact((trx) => insertCalls(trx, [call]));
  }

  return {
    record: strict ? writeNow : queue.push,
    begin: writeNow,
    finish: ({ id, workspaceId }, ending) =>
      storage.workspace(workspaceId).transact((trx) => finishCall(trx, id, ending)),
    flush: queue.flush,
    close: queue.close,
  };
}
