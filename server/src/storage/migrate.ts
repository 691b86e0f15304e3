import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { Migrator } from 'kysely/migration';
import { contracts } from './migrations/0002-contracts.ts';
import { spine } from './migrations/0001-spine.ts';
import type { Tables } from './schema.ts';
import type { Connections, Engine } from './storage.ts';

/** Any number nobody else uses: the lock under which replicas that start together migrate one after the other. */
const migrationLock = 5_271_009_120;

/** Every migration in order; a released one never changes (R15). */
function migrationsFor(engine: Engine): Readonly<Record<string, Migration>> {
  return { '0001-spine': spine(engine), '0002-contracts': contracts };
}

/** Brings the database to this version's schema, all of it or nothing. Throws a sentence where a newer version wrote it. */
export async function migrate({ engine, writer }: Pick<Connections, 'engine' | 'writer'>): Promise<void> {
  const migrations = { ...migrationsFor(engine) };
  await writer.transaction().execute(async (trx) => {
    if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(trx);
    await refuseNewer(trx, Object.keys(migrations));
    const { error } = await new Migrator({
      db: trx,
      provider: { getMigrations: async () => migrations },
    }).migrateToLatest();
    if (error !== undefined) throw error;
  });
}

async function refuseNewer(trx: Transaction<Tables>, known: readonly string[]): Promise<void> {
  const tables = await trx.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(trx);
  const unknown = rows.find((row) => !known.includes(row.name));
  if (unknown === undefined) return;
  throw new Error(
    `A newer Plugboard wrote this database (migration ${unknown.name}). Start that version, or restore a backup made before the upgrade.`,
  );
}
