import { Kysely } from 'kysely';

/** Any table with any column, for tests that look at storage itself and not at a room's tables. */
export interface LooseTables {
  [table: string]: { [column: string]: string | number | Uint8Array | null };
}

/** The same handle, as one that knows no table. */
export function loose(db: unknown): Kysely<LooseTables> {
  if (isKysely(db)) return db;
  throw new TypeError('This is no handle to a database.');
}

function isKysely(db: unknown): db is Kysely<LooseTables> {
  return db instanceof Kysely;
}
