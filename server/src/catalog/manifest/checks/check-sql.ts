import { isRecord } from '../../../lib/json.ts';
import type { Manifest, SqlBlock, SqlOperation, ToolDefinition } from '../../connector.ts';
import { aloneIn, parseTemplate } from '../../templates/template.ts';
import { namesIn } from './check-templates.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';
import { stringsIn } from '../template-site.ts';
import { isOneTemplate } from '../template-sites.ts';

/** A database stands alone in its connector and is signed in to by `login`; a file is not signed in to. */
export function checkSql(manifest: Manifest): readonly Finding[] {
  const { sql, auth, auth_mode, auth_modes = [auth_mode], http, mcp, tools } = manifest;
  const firstTool = tools.findIndex((tool) => tool.sql !== undefined);
  if (sql === undefined)
    return found([
      [auth.scheme === 'login', ['auth', 'scheme'], '"login" signs in to a database: it needs a sql block'],
      [firstTool >= 0, ['tools', firstTool, 'sql'], 'needs a sql block in the connector'],
    ]);
  const isFile = sql.engine === 'sqlite';
  return found([
    [http !== undefined || mcp !== undefined, ['sql'], 'stands alone: no "http" and no "mcp" beside it'],
    [auth_modes.join() !== 'conn_string', ['auth_mode'], 'a database is connected by "conn_string"'],
    [!isFile && auth.scheme !== 'login', ['auth'], 'a database server needs "scheme: login"'],
    [isFile && auth.scheme !== 'none', ['auth'], 'a file is not signed in to'],
    [!holdsSecret(manifest, sql), ['sql', 'connection_string'], 'must be the key of a secret text field'],
    ...notAlone(sql),
  ]);
}

type Rule = readonly [boolean, KeyPath, string];

function found(rules: readonly Rule[]): Finding[] {
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}

function holdsSecret({ fields }: Manifest, { connection_string: key }: SqlBlock): boolean {
  const field = fields.find((each) => each.key === key);
  return key === undefined || (field !== undefined && field.secret && field.type === 'text');
}

/** What a pasted connection string names fills fields: a part that mixes a field with something else could not take it. */
function notAlone(sql: SqlBlock): Rule[] {
  if (sql.connection_string === undefined) return [];
  const { engine: _, connection_string: __, ...parts } = sql;
  return Object.entries(parts).map(([key, text]) => [
    text !== undefined && namesIn(text).length > 0 && !isOneTemplate(text),
    ['sql', key],
    'is one field alone, or fixed, where a connection string can be pasted',
  ]);
}

/** Statements name no values; the arguments are bound, all of them. */
export function checkSqlTool(sql: SqlOperation, { input, effect, destructive }: ToolDefinition): readonly Finding[] {
  const { statement, params, max_rows } = sql;
  const used = new Set(stringsIn([], [statement, params, max_rows ?? null]).flatMap(({ text }) => namesIn(text)));
  const properties = isRecord(input['properties']) ? Object.keys(input['properties']) : [];
  return [
    ...found([
      [!isOneTemplate(statement) && statement.includes('${'), ['sql', 'statement'], spliced],
      [isOneTemplate(statement) && !isArgument(statement), ['sql', 'statement'], 'must name an argument: ${arg.sql}'],
      [typeof params === 'string' && !isArgument(params), ['sql', 'params'], 'must be a list, or name an argument'],
      [typeof max_rows === 'string' && !isArgument(max_rows), ['sql', 'max_rows'], 'must name an argument'],
      [effect === 'read' && destructive, ['destructive'], 'a read destroys nothing'],
    ]),
    ...properties
      .filter((key) => !used.has(`arg.${key}`))
      .map((key) => ({ path: ['input', 'properties', key], message: `is used nowhere; bind it: \${arg.${key}}` })),
  ];
}

const spliced = 'may not hold a template besides other text: write a placeholder and bind the value under "params"';

function isArgument(text: string): boolean {
  return isOneTemplate(text) && namesIn(text).length === 1 && aloneIn(parseTemplate(text))?.root === 'arg';
}
