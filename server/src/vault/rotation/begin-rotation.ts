import { type Actor, appendEvent } from '../../events/append-event.ts';
import { Failure } from '../../errors.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { SystemTrx } from '../../storage/storage.ts';
import { isUniqueViolation } from '../../storage/violations.ts';
import { findKeyInUse, putInUse } from '../root-key.ts';
import { findRotation, insertRotation } from './rotation-store.ts';
import type { RotationParts } from './rotation-parts.ts';
import { preparedKey } from './prepared-key.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'keys.rotation_begun': {
      readonly rotation: string;
      readonly master_key: string;
      readonly retired: readonly string[];
    };
  }
}

/** What is to be rotated, and who asks for it. */
export interface RotationWish {
  readonly actor: Actor;
  /** Where it is put on record. */
  readonly workspaceId: string;
  /** The data keys alone: the master key stays. */
  readonly keepsMasterKey: boolean;
}

/**
 * Puts a rotation of the keys under way: from now on the newest master key wraps. Throws CONFLICT where one is under way, where
 * the configuration brings no newer master key, or where a running process does not have it.
 */
export async function beginRotation(parts: RotationParts, wish: RotationWish): Promise<void> {
  const { storage } = parts;
  if ((await findRotation(storage))?.isRunning === true) throw new Failure('CONFLICT', underWay);
  const masterKeyId = await preparedKey(parts, await findKeyInUse(storage), wish.keepsMasterKey);
  try {
    await storage.transact((trx) => begin(trx, parts, { ...wish, masterKeyId }));
  } catch (error) {
    if (isUniqueViolation(error)) throw new Failure('CONFLICT', underWay, { cause: error });
    throw error;
  }
}

async function begin(
  trx: SystemTrx,
  { masterKeys, clock }: RotationParts,
  { actor, workspaceId, masterKeyId, keepsMasterKey }: RotationWish & { readonly masterKeyId: string },
): Promise<void> {
  const id = newId(clock.now());
  const begunAt = isoTime(clock);
  const retired = keepsMasterKey ? [] : await listOthers(trx, masterKeyId);
  const wrappedAt = keepsMasterKey ? begunAt : null;
  await insertRotation(trx, { id, masterKeyId, retired, begunBy: actor.principal, begunAt, wrappedAt });
  if (!keepsMasterKey) await putInUse(trx, { masterKeys, id: masterKeyId, clock });
  await trx.rows.updateTable('data_keys').set({ unreadable: null }).execute();
  const data = { rotation: id, master_key: masterKeyId, retired };
  const event = { type: 'keys.rotation_begun', actor, subject: 'keys', data } as const;
  await appendEvent(trx.workspace(workspaceId), clock, event);
}

async function listOthers({ rows }: SystemTrx, masterKeyId: string): Promise<readonly string[]> {
  const others = await rows
    .selectFrom('master_keys')
    .select('id')
    .where('id', '!=', masterKeyId)
    .orderBy('id')
    .execute();
  return others.map(({ id }) => id);
}

const underWay = 'The keys are being rotated already. Wait until that is done: plugboard keys rotate --status.';
