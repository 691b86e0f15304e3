import { isForeignKeyViolation } from '../../storage/violations.ts';
import { listWrappedOtherwise, rewrapDataKey } from '../data-key-store.ts';
import { noteWrapped, type Rotation } from './rotation-store.ts';
import type { RotationParts } from './rotation-parts.ts';

const atOnce = 100;

/**
 * Wraps every data key by the master key of the rotation, and takes the other ones out of use: what they wrapped is gone, and
 * the database refuses a data key that they wrap. May be stopped and run again at any time; true when it is done.
 */
export async function wrapAnew(parts: RotationParts, rotation: Rotation, until: () => boolean): Promise<boolean> {
  const { storage, masterKeys } = parts;
  const { masterKeyId } = rotation;
  while (!until()) {
    const rows = await listWrappedOtherwise(storage, masterKeyId, atOnce);
    for (const row of rows) await rewrapDataKey(storage, row, { masterKeys, masterKeyId });
    if (rows.length === 0) return retireOthers(parts, rotation);
  }
  return false;
}

/** False where somebody made a data key with one of them a moment ago. */
async function retireOthers({ storage, clock }: RotationParts, rotation: Rotation): Promise<boolean> {
  try {
    await storage.transact(async (trx) => {
      await trx.rows.deleteFrom('master_keys').where('id', '!=', rotation.masterKeyId).execute();
      await noteWrapped(trx, rotation, clock);
    });
    return true;
  } catch (error) {
    if (isForeignKeyViolation(error)) return false;
    throw error;
  }
}
