import type { Effect } from '../../catalog/connector.ts';
import type { JsonObject } from '../../lib/json.ts';
import { mostBytes } from './keep-rows.ts';
import type { SqlAnswer } from './work.ts';

/** What a caller is shown of an answer: the rows with their number and whether there are more, or what was changed. */
export function showAnswer(answer: SqlAnswer, effect: Effect): JsonObject {
  const { columns, rows, cut, affected, insertId } = answer;
  const shown = {
    columns: [...columns],
    rows: rows.map((row) => ({ ...row })),
    row_count: rows.length,
    truncated: cut !== undefined,
    ...(cut === undefined ? {} : { note: noteOf(answer) }),
  };
  if (effect === 'read') return shown;
  return {
    affected_rows: affected ?? null,
    ...(insertId === undefined ? {} : { last_insert_id: insertId }),
    ...(columns.length === 0 ? {} : shown),
  };
}

function noteOf({ rows: { length }, cut }: SqlAnswer): string {
  if (cut === 'rows') return `There are more rows than these ${length}. Narrow the statement, or ask for more rows.`;
  const most = `${mostBytes / 1024 / 1024} MiB`;
  return length === 0
    ? `The first row alone is larger than ${most}. Select less of it.`
    : `There are more rows than these ${length}: together they are larger than ${most}. Select less at once.`;
}
