import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import type { MasterKeys } from '../master-keys.ts';
import type { Vault } from '../vault.ts';
import type { SealedColumn } from './sealed-column.ts';

/** What rotating the keys takes. */
export interface RotationParts {
  readonly storage: Storage;
  readonly vault: Vault;
  readonly masterKeys: MasterKeys;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Every place where boxes lie. */
  readonly places: readonly SealedColumn[];
  /**
   * Milliseconds that a replaced data key stays after another one seals. Whatever was sealed with it has long been written by
   * then; what was not is refused by the database.
   */
  readonly graceMs: number;
}
