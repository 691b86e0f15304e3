import type { Fixed } from '../../storage/schema.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    key_rotations: KeyRotationsTable;
  }
}

/** Every rotation of the keys, also those that are over. */
export interface KeyRotationsTable {
  id: Fixed<string>;
  /** 1 while it is under way: there is one at a time. */
  running: number | null;
  /** The master key that is in use from its beginning on. */
  master_key_id: Fixed<string>;
  /** The ids of the master keys that it takes out of use, as JSON. */
  retired: Fixed<string>;
  /** The principal that asked for it. */
  begun_by: Fixed<string>;
  begun_at: Fixed<string>;
  /** When no data key was wrapped by another master key any more. */
  wrapped_at: string | null;
  finished_at: string | null;
  /** How many boxes it has sealed anew. */
  boxes: number;
  lease_owner: string | null;
  /** By the database's clock, in milliseconds since the epoch. */
  lease_until: number | null;
}
