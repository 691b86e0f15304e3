/** SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY (sqlite.org/rescode.html) and unique_violation (PostgreSQL, appendix A). */
const unique: ReadonlySet<unknown> = new Set([2067, 1555, '23505']);
/** SQLITE_CONSTRAINT_FOREIGNKEY and foreign_key_violation. */
const foreignKey: ReadonlySet<unknown> = new Set([787, '23503']);

/** Whether a statement failed because the row is there already, on either engine. The transaction is over with it. */
export function isUniqueViolation(error: unknown): boolean {
  return unique.has(codeOf(error));
}

/** Whether a statement failed because a row it points to is not there, or is still pointed to, on either engine. */
export function isForeignKeyViolation(error: unknown): boolean {
  return foreignKey.has(codeOf(error));
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error) return error.errcode;
  return 'code' in error ? error.code : undefined;
}
