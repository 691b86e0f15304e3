/** Why a database cannot do what it is asked, where that is not the fault of who asks (R17). */
export type Unfit = 'disk_full' | 'disk_nearly_full' | 'database_read_only' | 'database_unavailable';

/** SQLite's primary result codes (sqlite.org/rescode.html): FULL, IOERR, READONLY, CANTOPEN. */
const sqliteCodes: ReadonlyMap<number, Unfit> = new Map([
  [13, 'disk_full'],
  [10, 'disk_full'],
  [8, 'database_read_only'],
  [14, 'database_unavailable'],
]);

/** PostgreSQL, appendix A: disk_full, read_only_sql_transaction, and the classes of what is away, overloaded or shutting down. */
const diskFull = '53100';
const readOnly = '25006';
const away = /^(?:08|53|57P|58)/;
/** What the way to it answers. */
const noWay: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);

/** The driver's own words (pg 8). */
const brokenOff = /^Connection terminated|timeout exceeded when trying to connect|not queryable/;

/** SQLite has undone a transaction by itself, which it does when it cannot write. */
export class TransactionLost extends Error {}

/** The connection to the database broke, or none could be had. */
export class DatabaseAway extends Error {}

/** What an error says of the database's state; `undefined` where it is about something else. */
export function whyUnfit(error: unknown): Unfit | undefined {
  if (error instanceof DatabaseAway) return whyUnfit(error.cause) ?? 'database_unavailable';
  if (error instanceof TransactionLost) return 'disk_full';
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return sqliteCodes.get(error.errcode & 0xff);
  if (!('severity' in error)) return brokenOff.test(error.message) ? 'database_unavailable' : undefined;
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  if (error.code === diskFull) return 'disk_full';
  if (error.code === readOnly) return 'database_read_only';
  return away.test(error.code) ? 'database_unavailable' : undefined;
}

/** Whether an error of the driver is about the way to the server: it has no answer of the server's in it. */
export function isBrokenWay(error: unknown): boolean {
  if (!(error instanceof Error) || 'severity' in error) return false;
  if ('code' in error && noWay.has(String(error.code))) return true;
  return brokenOff.test(error.message);
}
