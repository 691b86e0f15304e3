import { sql, type Transaction } from 'kysely';
import type { Config } from '../../../config.ts';
import { knownMigrations, migrateWithin } from '../../migrate.ts';
import { openPostgres } from '../../postgres.ts';
import type { Tables } from '../../schema.ts';
import type { Connections, Engine } from '../../storage.ts';
import type { BackupHeader, Manifest } from '../backup-format.ts';
import { manifestOf } from '../backup-lines.ts';
import { loadRows } from './load-rows.ts';
import type { OpenBackup } from './read-backup.ts';
import { restoreFile } from './restore-file.ts';
import { tableShapes } from '../table-shapes.ts';

export interface RestoreWish {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir'>;
  /** Puts a SQLite database that is there aside, under another name. */
  readonly force: boolean;
}

/**
 * Restores a backup into an empty place, from either engine into either, compares every row with the manifest, and brings the
 * schema up to date: all of it or nothing. Throws a sentence where the place is not empty or the backup is a newer version's.
 */
export async function restoreBackup(backup: OpenBackup, { config, force }: RestoreWish): Promise<Manifest> {
  const engine = config.databaseUrl === undefined ? 'sqlite' : 'postgres';
  refuseNewer(backup.header, engine);
  if (config.databaseUrl === undefined)
    return restoreFile({ dataDir: config.dataDir, force }, (connections) => fill(connections, backup));
  const connections = await openPostgres(config.databaseUrl);
  return fill(connections, backup).finally(() => connections.close());
}

function refuseNewer({ migrations, version }: BackupHeader, engine: Engine): void {
  const known = knownMigrations(engine);
  const unknown = migrations.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Error(
    `This backup was made by a newer Plugboard (${version}, migration ${unknown}). Restore it with that version.`,
  );
}

function fill({ writer, engine }: Pick<Connections, 'writer' | 'engine'>, backup: OpenBackup): Promise<Manifest> {
  return writer.transaction().execute(async (trx) => {
    await refuseFilled(trx);
    await migrateWithin(trx, engine, backup.header.migrations.at(-1));
    await emptied(trx, engine);
    const manifest = await backup.rows(loadRows(trx, await tableShapes(trx, engine)));
    await compare(trx, engine, manifest);
    await migrateWithin(trx, engine);
    return manifest;
  });
}

async function refuseFilled(trx: Transaction<Tables>): Promise<void> {
  const [table] = await trx.introspection.getTables({ withInternalKyselyTables: true });
  if (table === undefined) return;
  throw new Error(
    `The database is not empty: it has a table ${table.name}. Give the restore an empty database (create database …), and point DATABASE_URL there.`,
  );
}

/** What migrations put into tables by themselves is in the backup too. */
async function emptied(trx: Transaction<Tables>, engine: Engine): Promise<void> {
  const shapes = await tableShapes(trx, engine);
  for (const { name } of [...shapes].reverse()) await sql`delete from ${sql.table(name)}`.execute(trx);
}

async function compare(trx: Transaction<Tables>, engine: Engine, manifest: Manifest): Promise<void> {
  const found = await manifestOf(trx, engine);
  for (const [name, { rows, sha256 }] of Object.entries(manifest)) {
    if (found[name]?.rows === rows && found[name].sha256 === sha256) continue;
    throw new Error(`The restored rows of ${name} are not those of the backup. Nothing was restored.`);
  }
}
