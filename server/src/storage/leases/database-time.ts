import { type RawBuilder, sql } from 'kysely';
import type { Engine } from '../storage.ts';

/**
 * The database's own clock in milliseconds since the epoch, for a query to compare with: what is decided by it is decided
 * alike for all processes, whatever their clocks say (R1).
 */
export function databaseTime(engine: Engine): RawBuilder<number> {
  return engine === 'postgres'
    ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
    : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
}
