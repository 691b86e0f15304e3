import { constants } from 'node:sqlite';

const { SQLITE_ATTACH, SQLITE_DENY, SQLITE_DETACH, SQLITE_FUNCTION, SQLITE_OK, SQLITE_PRAGMA } = constants;

/** Pragmas that only tell what a file holds. */
const telling: ReadonlySet<string> = new Set(
  'table_list table_info table_xinfo index_list index_info index_xinfo foreign_key_list user_version encoding'.split(
    ' ',
  ),
);
/** They load code, or reach into the process or its files. */
const forbidden: ReadonlySet<string> = new Set('load_extension fts3_tokenizer readfile writefile edit'.split(' '));

/**
 * What a statement may do besides reading and writing its own file (SQLite, "Compile-Time Authorization Callbacks"): open no
 * other file, load no extension, and of pragmas use only those that tell. Without `ATTACH` there is no `VACUUM INTO` either.
 */
export function authorize(action: number, first: string | null, second: string | null): number {
  if (action === SQLITE_ATTACH || action === SQLITE_DETACH) return SQLITE_DENY;
  if (action === SQLITE_PRAGMA) return telling.has(first?.toLowerCase() ?? '') ? SQLITE_OK : SQLITE_DENY;
  if (action === SQLITE_FUNCTION) return forbidden.has(second?.toLowerCase() ?? '') ? SQLITE_DENY : SQLITE_OK;
  return SQLITE_OK;
}
