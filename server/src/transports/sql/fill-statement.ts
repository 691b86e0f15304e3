import type { Connector, SqlOperation } from '../../catalog/connector.ts';
import type { TemplateValues } from '../../catalog/templates/evaluate.ts';
import { fillJson, parseJsonTemplate } from '../../catalog/templates/json-template.ts';
import { templateValues } from '../../catalog/templates/template-values.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { isJson } from './read-values.ts';

/** A statement with what is bound to it. */
export interface FilledStatement {
  readonly statement: string;
  readonly params: readonly Json[];
  readonly maxRows: number | undefined;
}

/** The statement of a tool for these arguments. What is no argument as a whole stays as it is written: nothing is put into SQL. */
export function fillStatement(
  { statement, params, max_rows }: SqlOperation,
  { connector, config, args }: { connector: Pick<Connector, 'derived'>; config: JsonObject; args: JsonObject },
): FilledStatement {
  const values = { ...templateValues(connector, { fields: config, publicUrl: '' }), arg: args };
  const text = statement.startsWith('${') ? fill(statement, values) : statement;
  const maxRows = max_rows === undefined ? null : fill(max_rows, values);
  return {
    statement: typeof text === 'string' ? text : '',
    params: listOf(typeof params === 'string' ? fill(params, values) : params.map((param) => fill(param, values))),
    maxRows: typeof maxRows === 'number' ? Math.min(Math.max(Math.trunc(maxRows), 1), mostRows) : undefined,
  };
}

const mostRows = 1_000;

/** An absent value keeps its place: it is NULL. */
function fill(template: unknown, values: TemplateValues): Json {
  const { value } = fillJson(parseJsonTemplate(template), values);
  return isJson(value) ? value : null;
}

function listOf(value: Json): readonly Json[] {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}
