import { SqlFault } from '../sql-fault.ts';
import type { SqliteReply } from './run-task.ts';

const [perm, busy, locked, noMemory, readOnly, ioError, corrupt, full, cannotOpen, auth, notDatabase] = [
  3, 5, 6, 7, 8, 10, 11, 13, 14, 23, 26,
];

/** What SQLite said, by its primary result code. Whatever it did until then it has undone. */
export function readSqliteProblem({ message, code }: Extract<SqliteReply, { problem: unknown }>['problem']): SqlFault {
  const primary = code & 0xff;
  if (primary === readOnly) return new SqlFault('read_only', message);
  if (primary === auth)
    return new SqlFault(
      'input',
      `A statement may not reach other files, load extensions or change settings: ${message}.`,
    );
  if (primary === notDatabase || primary === corrupt)
    return new SqlFault('input', `The file is no sound SQLite database: ${message}.`);
  if (primary === cannotOpen || primary === perm)
    return new SqlFault('input', `The file cannot be opened: ${message}.`);
  const isPassing = [busy, locked, noMemory, ioError, full].includes(primary);
  return new SqlFault(isPassing ? 'stopped' : 'input', `The database answered: ${message}`);
}
