import { describe, expect, it } from 'vitest';
import type { SqlBlock } from '../../catalog/connector.ts';
import { wrongStatement } from './wrong-statement.ts';

const wrong = (text: string, engine: SqlBlock['engine'] = 'postgres', effect: 'read' | 'write' = 'read') =>
  wrongStatement({ text, effect, params: [], maxRows: 1, timeoutMs: 1 }, engine);

describe('a statement that may be a read', () => {
  it.each([
    ['postgres', 'select 1'],
    ['postgres', '  ((SELECT 1))'],
    ['postgres', '/* a /* nested */ one */ -- and another\n with x as (select 1) select * from x'],
    ['postgres', 'table pets'],
    ['mysql', '# a comment\n/* another */ show tables'],
    ['mysql', 'select 1 /*!50000 + 1 */'],
    ['sqlite', '/* not /* nested */ pragma table_info(pets)'],
    ['sqlite', 'values (1)'],
  ] as const)('of %s is sent: %s', (engine, text) => {
    expect(wrong(text, engine)).toBeUndefined();
  });

  it.each([
    ['postgres', 'delete from pets'],
    ['postgres', '/* a /* nested */ select */ delete from pets'],
    ['postgres', '/* never closed'],
    ['postgres', 'selected'],
    ['postgres', '"select" 1'],
    ['mysql', '/* /* */ delete from pets */ select 1'],
    ['mysql', '/*!50000 delete from pets */'],
    ['mysql', '/*M!100000 delete from pets */'],
    ['mysql', "select 1 into outfile '/x'"],
    ['mysql', 'table pets into DumpFile "/x"'],
    ['sqlite', 'attach "x" as y'],
    ['sqlite', '/* never closed delete from pets'],
    ['sqlite', ''],
    ['sqlite', '7'],
  ] as const)('of %s is not: %s', (engine, text) => {
    expect(wrong(text, engine)).toMatch(/^\w.+\.$/);
  });
});

it('runs no transaction of its own, no setting and no file, where it writes', () => {
  for (const text of [
    'begin',
    'COMMIT',
    '-- x\nset a = 1',
    'copy t from stdin',
    'load data infile "x"',
    'attach "x" as y',
  ])
    expect(wrong(text, 'postgres', 'write')).toContain('may not begin with');
  for (const text of ['insert into t values (1)', 'create table begin_with (id int)', 'vacuum', 'merge into t using s'])
    expect(wrong(text, 'postgres', 'write')).toBeUndefined();
});

it('holds no NUL character and is at most 100 kB long', () => {
  expect(wrong('select 1\0')).toContain('NUL');
  expect(wrong(`select '${'é'.repeat(50_000 - 5)}'`)).toBeUndefined();
  expect(wrong(`select '${'é'.repeat(50_000 - 4)}'`)).toContain('100 kB');
});

it('is looked at in no time, whatever it is', () => {
  for (const text of ['/*'.repeat(50_000), '('.repeat(99_999), '-'.repeat(99_999), '/* */'.repeat(20_000)])
    for (const engine of ['postgres', 'mysql', 'sqlite'] as const) expect(typeof wrong(text, engine)).toBe('string');
});
