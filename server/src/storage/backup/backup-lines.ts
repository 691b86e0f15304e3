import { type Kysely, sql } from 'kysely';
import type { Tables } from '../schema.ts';
import { type BackupHeader, backupVersion, type Manifest } from './backup-format.ts';
import { readRows } from './read-rows.ts';
import { createRowsDigest } from './rows-digest.ts';
import type { Snapshot } from './snapshot.ts';
import { tableShapes } from './table-shapes.ts';

/** What a backup says of itself besides what the database says. */
export type BackupFacts = Pick<BackupHeader, 'version' | 'made_at' | 'master_keys'>;

/** A database as the lines of a backup, one at a time; what it returns is the manifest. */
export async function* backupLines(snapshot: Snapshot, facts: BackupFacts): AsyncGenerator<string, Manifest> {
  const manifest: Manifest = {};
  yield JSON.stringify(await headerOf(snapshot, facts));
  for (const table of await tableShapes(snapshot.db, snapshot.engine)) {
    yield JSON.stringify({ table: table.name, columns: table.columns.map(({ name }) => name) });
    const digest = createRowsDigest();
    for await (const row of readRows(snapshot.db, snapshot.engine, table)) {
      const line = JSON.stringify(row);
      digest.add(line);
      yield line;
    }
    manifest[table.name] = { rows: digest.rows, sha256: digest.sum() };
  }
  yield JSON.stringify({ manifest });
  return manifest;
}

async function headerOf({ db, engine }: Snapshot, facts: BackupFacts): Promise<BackupHeader> {
  const { rows: migrations } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const { rows: checks } = await sql<{ id: string; check_value: string }>`
    select id, check_value from master_keys order by id`.execute(db);
  const { version, made_at, master_keys } = facts;
  return {
    plugboard_backup: backupVersion,
    version,
    made_at,
    engine,
    migrations: migrations.map(({ name }) => name),
    key_checks: checks,
    ...(master_keys && { master_keys }),
  };
}

/** The digests of what a database holds now, to be compared with a manifest. */
export async function manifestOf(db: Kysely<Tables>, engine: Snapshot['engine']): Promise<Manifest> {
  const manifest: Manifest = {};
  for (const table of await tableShapes(db, engine)) {
    const digest = createRowsDigest();
    for await (const row of readRows(db, engine, table)) digest.add(JSON.stringify(row));
    manifest[table.name] = { rows: digest.rows, sha256: digest.sum() };
  }
  return manifest;
}
