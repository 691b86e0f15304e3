import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { Migrator } from 'kysely/migration';
import { contracts } from './migrations/0002-contracts.ts';
import { files } from './migrations/0003-files.ts';
import { approvals } from './migrations/0004-approvals.ts';
import { toolStore } from './migrations/0005-tool-store.ts';
import { limits } from './migrations/0006-limits.ts';
import { auditChain } from './migrations/0007-audit-chain.ts';
import { oauth } from './migrations/0008-oauth.ts';
import { keyRotation } from './migrations/0009-key-rotation.ts';
import { revocation } from './migrations/0010-revocation.ts';
import { health } from './migrations/0011-health.ts';
import { endUsers } from './migrations/0012-end-users.ts';
import { webhooks } from './migrations/0013-webhooks.ts';
import { userTokens } from './migrations/0014-user-tokens.ts';
import { connectLinks } from './migrations/0015-connect-links.ts';
import { endUserRecords } from './migrations/0016-end-user-records.ts';
import { spine } from './migrations/0001-spine.ts';
import type { Tables } from './schema.ts';
import type { Connections, Engine } from './storage.ts';

/** Any number nobody else uses: the lock under which replicas that start together migrate one after the other. */
const migrationLock = 5_271_009_120;

/** Every migration in order; a released one never changes (R15). */
function migrationsFor(engine: Engine): Readonly<Record<string, Migration>> {
  return {
    '0001-spine': spine(engine),
    '0002-contracts': contracts,
    '0003-files': files(engine),
    '0004-approvals': approvals,
    '0005-tool-store': toolStore,
    '0006-limits': limits,
    '0007-audit-chain': auditChain,
    '0008-oauth': oauth,
    '0009-key-rotation': keyRotation(engine),
    '0010-revocation': revocation(engine),
    '0011-health': health,
    '0012-end-users': endUsers(engine),
    '0013-webhooks': webhooks(engine),
    '0014-user-tokens': userTokens,
    '0015-connect-links': connectLinks,
    '0016-end-user-records': endUserRecords(engine),
  };
}

/** Brings the database to this version's schema, all of it or nothing. Throws a sentence where a newer version wrote it. */
export async function migrate({ engine, writer }: Pick<Connections, 'engine' | 'writer'>): Promise<void> {
  await writer.transaction().execute((trx) => migrateWithin(trx, engine));
}

/** The same inside a transaction; where a migration is named, up to that one and no further. */
export async function migrateWithin(trx: Transaction<Tables>, engine: Engine, upTo?: string): Promise<void> {
  const migrations = { ...migrationsFor(engine) };
  if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(trx);
  await refuseNewer(trx, Object.keys(migrations));
  const migrator = new Migrator({ db: trx, provider: { getMigrations: async () => migrations } });
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error !== undefined) throw error;
}

/** The names of this version's migrations, in order. */
export function knownMigrations(engine: Engine): readonly string[] {
  return Object.keys(migrationsFor(engine));
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
