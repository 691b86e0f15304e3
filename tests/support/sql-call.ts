import type { ServerPlace } from '../../server/src/catalog/databases/database-place.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import type { Outcome } from '../../server/src/transports/outcome.ts';
import { createRedactor } from '../../server/src/lib/redact.ts';
import type { SqliteRunner } from '../../server/src/transports/sql/sqlite/sqlite-runner.ts';
import { runSql, type SqlCall } from '../../server/src/transports/sql.ts';

/** For calls that go to a server: no file is opened. */
export const noSqlite: SqliteRunner = {
  run: () => Promise.reject(new Error('No SQLite file is opened here.')),
  close: () => undefined,
};

export interface SqlTry extends Partial<Omit<SqlCall, 'place' | 'login'>> {
  readonly place?: Partial<ServerPlace>;
  readonly user?: string;
  readonly password?: string;
}

/** Runs statements at one server of this machine, as one user unless told otherwise. */
export function sqlAt(
  place: ServerPlace,
  { user, password, egress }: { user: string; password: string; egress: SqlCall['egress'] },
): (statement: string, more?: SqlTry) => Promise<Outcome> {
  return (statement, more = {}) => {
    const secret = new Secret(more.password ?? password);
    return runSql({
      params: [],
      effect: 'read',
      egress,
      sqlite: noSqlite,
      redactor: createRedactor([secret]),
      signal: new AbortController().signal,
      statement,
      ...more,
      place: { ...place, ...more.place },
      login: { user: more.user ?? user, password: secret },
    });
  };
}

/** The rows of an outcome, or the outcome where there are none. */
export function rowsOf(outcome: Outcome): unknown {
  const output = outcome.status === 'ok' ? outcome.output : undefined;
  return typeof output === 'object' && output !== null && 'rows' in output ? output.rows : outcome;
}
