import { z } from 'zod';

/**
 * A backup is gzipped text, a JSON value a line: the header, then for each table its name and columns and a line a row, and the
 * manifest as the last line. It is the same whichever engine it was made from.
 */
export const backupVersion = 1;

/** The first line: what must be known before anything is restored. */
export const backupHeader = z.strictObject({
  plugboard_backup: z.literal(backupVersion),
  /** Of the program that made it. */
  version: z.string(),
  made_at: z.iso.datetime(),
  engine: z.enum(['sqlite', 'postgres']),
  /** The migrations of the database, in order. */
  migrations: z.array(z.string()).min(1),
  /** What tells at once whether a master key is the right one. */
  key_checks: z.array(z.strictObject({ id: z.string(), check_value: z.string() })),
  /** `id:key` as `PLUGBOARD_MASTER_KEY` takes them, where the backup was asked to hold them. */
  master_keys: z.array(z.string()).optional(),
});
export type BackupHeader = z.output<typeof backupHeader>;

/** The line before the rows of a table. */
export const backupTable = z.strictObject({ table: z.string(), columns: z.array(z.string()) });

const savedValue = z.union([z.string(), z.number(), z.null(), z.strictObject({ base64: z.base64() })]);
/** A row: its values in the order of the table's columns. */
export const backupRow = z.array(savedValue);

/** The last line: how many rows each table has, and their digest whatever their order. */
export const backupManifest = z.strictObject({
  manifest: z.record(z.string(), z.strictObject({ rows: z.int(), sha256: z.string() })),
});
export type Manifest = z.output<typeof backupManifest>['manifest'];
