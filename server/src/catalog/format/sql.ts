import { z } from 'zod';
import { key, template } from './parts.ts';

/** The database servers we speak with over the network. */
export const serverEngines = ['postgres', 'mysql'] as const;

/** How a connection to a database server is secured; each says more than the one before. */
export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

/** The key of a secret field that a whole connection string is pasted into; what it names fills the fields of its parts. */
const pasted = key.optional();

/** A database server. Who signs in stands under `auth`; nothing here is secret, because it decides where secrets go (S1). */
const serverSchema = z.strictObject({
  engine: z.enum(serverEngines),
  host: template,
  /** Absent or empty: the usual port of the engine. */
  port: template.optional(),
  /** Absent or empty: what the server chooses. */
  database: template.optional(),
  /** `disable`, `require`, `verify-ca` or `verify-full`. Absent or empty: `verify-full`. */
  tls: template.optional(),
  /** The authority that signed the server's certificate, in PEM; absent or empty: those this machine trusts. */
  ca_certificate: template.optional(),
  connection_string: pasted,
});

/** An SQLite file in the folder that the operator opened for files (`PLUGBOARD_FILES_DIR`). */
const fileSchema = z.strictObject({
  engine: z.literal('sqlite'),
  /** The path below that folder. */
  file: template,
  connection_string: pasted,
});

/** Which database a connector speaks with. */
export const sqlSchema = z.discriminatedUnion('engine', [serverSchema, fileSchema]);

/**
 * How a tool of a database is carried. `effect: read` runs where nothing can be changed; `effect: write` as it is. Values
 * are bound by the database, never put into the statement.
 */
export const sqlOperationSchema = z.strictObject({
  /** One statement, with the engine's own placeholders, or one template alone that names an argument: `${arg.sql}`. */
  statement: z.string().min(1).max(20_000),
  /** What is bound, in order: a list of values, or one template alone that names a list. An absent argument is NULL. */
  params: z.union([template, z.array(z.unknown()).max(100)]).default([]),
  /** How many rows come back at most, 1 to 1,000, or one template alone that names an argument. Absent: 200. */
  max_rows: z.union([template, z.int().min(1).max(1_000)]).optional(),
});
