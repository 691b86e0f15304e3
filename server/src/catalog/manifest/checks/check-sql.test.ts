import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { showProblem } from '../manifest-problem.ts';
import { readManifest } from '../read-manifest.ts';

const root = join(import.meta.dirname, '../../../../..');
const shipped = readFileSync(join(root, 'connectors/postgres/connector.yaml'), 'utf8');

function problemsOf(text: string, source: 'built-in' | 'operator' = 'built-in'): readonly string[] {
  const read = readManifest(text, { file: 'connector.yaml', source });
  return read.ok ? [] : read.problems.map(showProblem);
}

/** The manifest of the PostgreSQL connector with one thing changed. */
function changed(from: string | RegExp, to: string): string {
  expect(shipped).toMatch(from);
  return shipped.replace(from, to);
}

it.each([
  [/auth:\n {2}scheme: login\n.+\n.+\n/, 'auth:\n  scheme: none\n', 'auth: a database server needs'],
  [/sql:\n {2}engine[\s\S]+?\n\n/, '', 'auth.scheme: "login" signs in to a database'],
  ['auth_mode: conn_string', 'auth_mode: pat', 'auth_mode: a database is connected by'],
  ['sql:\n  engine', 'http: { base_url: "https://a.example" }\nsql:\n  engine', 'sql: stands alone'],
  [
    '  connection_string: connection_string',
    '  connection_string: host',
    'sql.connection_string: must be the key of a secret',
  ],
  ['  host: ${field.host}', '  host: db.${field.host}', 'sql.host: is one field alone'],
  ['  host: ${field.host}', '  host: ${field.password}', 'secret and may not stand here'],
  ['  tls: ${field.sslmode}', '  tls: ${field.ssl}', 'names nothing that exists'],
  ['statement: ${arg.sql}', 'statement: select ${arg.sql}', 'sql.statement: may not hold a template'],
  ['statement: ${arg.sql}', 'statement: ${field.host}', 'sql.statement: must name an argument'],
  ['params: ${arg.params}', 'params: "${arg.params}, ${arg.sql}"', 'sql.params: must be a list'],
  ["params: ['${arg.table}', '${arg.schema}']", "params: ['${arg.table}']", 'schema: is used nowhere'],
  ["params: ['${arg.schema}']", "params: ['${field.password}']", 'secret and may not stand here'],
  ['max_rows: 1000', 'max_rows: 1001', 'sql.max_rows'],
  ['effect: read', 'effect: read\n    destructive: true', 'a read destroys nothing'],
  [
    '    sql:\n      statement: ${arg.sql}',
    '    operation: { method: GET, path: /x }\n    sql:\n      statement: ${arg.sql}',
    'carried in one way',
  ],
])('%s as %s is a fault that is named', (from, to, words) => {
  expect(problemsOf(changed(from, to)).join('\n')).toContain(words);
});

it('takes the manifest of the guide', () => {
  const guide = readFileSync(join(root, 'docs/guides/databases.md'), 'utf8');
  const [, example = ''] = /```yaml illustration\n([\s\S]+?)```/.exec(guide) ?? [];
  const head = `
schema: 1
id: reports
name: Reports
version: 1.0.0
description: Fixed statements over the orders.
category: databases
auth_mode: conn_string
brand_color: '#000000'
fields:
  - { key: password, label: Password, secret: true }
`;
  expect(problemsOf(head + example, 'operator')).toEqual([]);
});
