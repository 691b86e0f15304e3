import type { Json } from '../../lib/json.ts';
import type { Cut, SqlAnswer } from './work.ts';

/** Bytes of JSON that the rows of one answer may take. */
export const mostBytes = 1024 * 1024;

/** Keeps rows until there are enough of them. */
export interface RowKeeper {
  /** Values in the order of the columns. False once nothing more is kept. */
  add(values: readonly Json[]): boolean;
  answer(more?: Pick<SqlAnswer, 'affected' | 'insertId'>): SqlAnswer;
}

/** Starts an answer of these columns, as far as they are known. Columns of one name are kept apart: `id`, `id_2`. */
export function keepRows(names: readonly string[], maxRows: number): RowKeeper {
  const columns = apart(names);
  const rows: Readonly<Record<string, Json>>[] = [];
  let bytes = 0;
  let cut: Cut | undefined;
  return {
    add(values) {
      if (cut !== undefined) return false;
      const row = Object.fromEntries(columns.map((name, index) => [name, values[index] ?? null]));
      bytes += Buffer.byteLength(JSON.stringify(row));
      if (rows.length >= maxRows) cut = 'rows';
      else if (bytes > mostBytes) cut = 'bytes';
      else rows.push(row);
      return cut === undefined;
    },
    answer: (more = {}) => ({ columns, rows, cut, ...more }),
  };
}

function apart(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let count = 2; taken.has(free) || (free !== name && names.includes(free)); count += 1)
      free = `${name}_${count}`;
    taken.add(free);
    return free;
  });
}
