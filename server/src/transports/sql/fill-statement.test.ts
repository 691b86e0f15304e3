import { expect, it } from 'vitest';
import type { SqlOperation } from '../../catalog/connector.ts';
import { fillStatement } from './fill-statement.ts';

const fill = (operation: SqlOperation, args: Parameters<typeof fillStatement>[1]['args'] = {}) =>
  fillStatement(operation, { connector: { derived: {} }, config: { region: 'eu' }, args });

it('takes the statement, its values and the number of rows from the arguments', () => {
  const operation = { statement: '${arg.sql}', params: '${arg.params}', max_rows: '${arg.max_rows}' };
  expect(fill(operation, { sql: 'select $1', params: [1, null, 'a'], max_rows: 7 })).toEqual({
    statement: 'select $1',
    params: [1, null, 'a'],
    maxRows: 7,
  });
  expect(fill(operation, { sql: 'select 1' })).toEqual({ statement: 'select 1', params: [], maxRows: undefined });
});

it('binds what a fixed statement asks for: an absent value keeps its place', () => {
  const operation = { statement: 'select $1, $2, $3, $4', params: ['${arg.a}', '${arg.b}', '${field.region}', 7] };
  expect(fill(operation, { b: 'x' })).toEqual({
    statement: 'select $1, $2, $3, $4',
    params: [null, 'x', 'eu', 7],
    maxRows: undefined,
  });
});

it('puts nothing into a statement, whatever an argument holds', () => {
  expect(fill({ statement: '${arg.sql}', params: [] }, { sql: "select '${field.password}'" }).statement).toBe(
    "select '${field.password}'",
  );
});

it('never asks for more than 1,000 rows', () => {
  const rows = (max_rows: string | number, args = {}) => fill({ statement: 'x', params: [], max_rows }, args).maxRows;
  expect([rows(1_000), rows('${arg.n}', { n: 5_000 }), rows('${arg.n}', { n: 0 })]).toEqual([1_000, 1_000, 1]);
});
