import * as fc from 'fast-check';
import type { Kysely, RawBuilder, SelectQueryBuilder, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type { LooseTables } from './loose-database.ts';

/** A query as data, over `projects` and `crews` (of workspaces) and `people` and `workspaces` (of everybody). */
export interface RandomQuery {
  readonly sources: readonly Source[];
  readonly joins: readonly {
    readonly kind: 'inner' | 'left' | 'cross';
    readonly source: Source;
    readonly on: Condition;
  }[];
  readonly where: Condition | undefined;
  readonly union:
    | { readonly how: 'union' | 'unionAll' | 'intersect' | 'except'; readonly other: RandomQuery }
    | undefined;
  readonly shape: 'rows' | 'count' | 'cte';
}

export type Source = { readonly table: string } | { readonly derived: RandomQuery };

export type Condition =
  | { readonly kind: 'same' }
  | { readonly kind: 'is'; readonly name: string }
  | { readonly kind: 'raw'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'exists' | 'in'; readonly query: RandomQuery };

const names = fc.constantFrom('x', 'y', 'z');

/** Any query of at most so many levels. */
export function randomQuery(depth: number): fc.Arbitrary<RandomQuery> {
  const join = fc.record({
    kind: fc.constantFrom('inner' as const, 'left' as const, 'cross' as const),
    source: randomSource(depth),
    on: randomCondition(depth),
  });
  const other = fc.record({
    how: fc.constantFrom('union' as const, 'unionAll' as const, 'intersect' as const, 'except' as const),
    other: depth > 0 ? randomQuery(depth - 1) : fc.constant(everyProject),
  });
  return fc.record({
    sources: fc.array(randomSource(depth), { minLength: 1, maxLength: 2 }),
    joins: fc.array(join, { maxLength: 2 }),
    where: fc.option(randomCondition(depth), { nil: undefined, freq: 3 }),
    union: fc.option(other, { nil: undefined, freq: 1 }),
    shape: fc.constantFrom('rows' as const, 'count' as const, 'cte' as const),
  });
}

/** Any condition of at most so many levels. */
export function randomCondition(depth: number): fc.Arbitrary<Condition> {
  const leaf = fc.oneof(
    fc.constant({ kind: 'same' as const }),
    fc.record({ kind: fc.constantFrom('is' as const, 'raw' as const), name: names }),
  );
  if (depth === 0) return leaf;
  const part = randomCondition(depth - 1);
  return fc.oneof(
    leaf,
    fc.record({ kind: fc.constant('not' as const), of: part }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), left: part, right: part }),
    fc.record({ kind: fc.constantFrom('exists' as const, 'in' as const), query: randomQuery(depth - 1) }),
  );
}

const everyProject: RandomQuery = {
  sources: [{ table: 'projects' }],
  joins: [],
  where: undefined,
  union: undefined,
  shape: 'rows',
};

function randomSource(depth: number): fc.Arbitrary<Source> {
  const table = fc.record({ table: fc.constantFrom('projects', 'crews', 'people', 'workspaces') });
  return depth === 0 ? table : fc.oneof(table, fc.record({ derived: randomQuery(depth - 1) }));
}

type Built = SelectQueryBuilder<LooseTables, string, { name: string | number | null }>;

/** Builds queries with a handle; what stands inside another query is built with the handle too, and so is transformed twice. */
export class QueryWriter {
  readonly #db: Kysely<LooseTables>;
  #aliases = 0;

  constructor(db: Kysely<LooseTables>) {
    this.#db = db;
  }

  select(query: RandomQuery, outer: readonly string[] = []): Built {
    const aliases: string[] = [];
    const froms = query.sources.map((source) => this.#source(source, aliases));
    let built = this.#db.selectFrom(froms);
    for (const { kind, source, on } of query.joins) {
      const table = this.#source(source, aliases);
      // PostgreSQL lets an `on` see what is joined, not what stands before a comma.
      const condition = this.condition(on, [...outer, ...aliases.slice(query.sources.length - 1)]);
      if (kind === 'cross') built = built.crossJoin(table);
      else
        built =
          kind === 'left'
            ? built.leftJoin(table, (join) => join.on(condition))
            : built.innerJoin(table, (join) => join.on(condition));
    }
    if (query.where !== undefined) built = built.where(this.condition(query.where, [...outer, ...aliases]));
    return this.#finish(built, query, { aliases, outer });
  }

  condition(condition: Condition, aliases: readonly string[]): RawBuilder<SqlBool> {
    const first = sql.ref(`${aliases.at(0)}.name`);
    const last = sql.ref(`${aliases.at(-1)}.name`);
    switch (condition.kind) {
      case 'same':
        return sql`${first} = ${last}`;
      case 'is':
        return sql`${last} = ${condition.name}`;
      case 'raw':
        return sql`${last} = ${condition.name} or 1 = 1`;
      case 'not':
        return sql`not (${this.condition(condition.of, aliases)})`;
      case 'and':
        return sql`(${this.condition(condition.left, aliases)}) and (${this.condition(condition.right, aliases)})`;
      case 'or':
        return sql`(${this.condition(condition.left, aliases)}) or ${this.condition(condition.right, aliases)}`;
      case 'exists':
        return sql`exists ${this.select(condition.query, aliases)}`;
      case 'in':
        return sql`${first} in ${this.select(condition.query, aliases)}`;
    }
  }

  #source(source: Source, aliases: string[]) {
    const alias = `t${this.#aliases++}`;
    aliases.push(alias);
    return 'table' in source ? this.#db.dynamic.table(source.table).as(alias) : this.select(source.derived).as(alias);
  }

  #finish(
    built: SelectQueryBuilder<LooseTables, string, object>,
    query: RandomQuery,
    scope: { aliases: readonly string[]; outer: readonly string[] },
  ): Built {
    const name = sql.ref<string>(`${scope.aliases.at(-1)}.name`);
    const counted = query.shape === 'count' ? sql<string>`cast(count(${name}) as text)` : name;
    const rows: Built = built.select(counted.as('name'));
    const whole =
      query.union === undefined ? rows : rows[query.union.how](this.#operand(query.union.other, scope.outer));
    if (query.shape !== 'cte') return whole;
    const cte = `c${this.#aliases++}`;
    return this.#db
      .with(cte, () => whole)
      .selectFrom(cte)
      .select(`${cte}.name as name`);
  }

  /** A select of its own: SQLite takes neither parentheses nor a `with` after `union`. */
  #operand(query: RandomQuery, outer: readonly string[]): Built {
    const alias = `u${this.#aliases++}`;
    return this.#db.selectFrom(this.select(query, outer).as(alias)).select(`${alias}.name as name`);
  }
}
