import type { Effect } from '../../catalog/connector.ts';
import type { ServerPlace } from '../../catalog/databases/database-place.ts';
import type { Egress } from '../../egress/egress.ts';
import type { Json } from '../../lib/json.ts';
import type { Login } from '../attachment.ts';

/** One statement, whatever runs it. */
export interface Statement {
  /** In the engine's own language, with its own placeholders. */
  readonly text: string;
  /** What is bound, in order. */
  readonly params: readonly Json[];
  /** `read`: run where nothing can be changed. */
  readonly effect: Effect;
  readonly maxRows: number;
  /** Milliseconds, for all of it. */
  readonly timeoutMs: number;
}

/** A statement for a database server, with what reaching it takes. */
export interface ServerWork {
  readonly place: ServerPlace;
  readonly login: Login;
  readonly statement: Statement;
  readonly egress: Pick<Egress, 'connect'>;
  /** Aborted when the time is over or nobody waits any more: the statement is then cancelled on the server. */
  readonly signal: AbortSignal;
}

/** What a statement brought. */
export interface SqlAnswer {
  /** The names of the columns, apart from each other. Empty where the statement has no rows. */
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, Json>>[];
  /** Why rows are missing; `undefined` where none is. */
  readonly cut: Cut | undefined;
  /** How many rows it changed, where the database says so. */
  readonly affected?: number | undefined;
  readonly insertId?: string | undefined;
}

/** What ran out: the rows that were asked for, or the bytes of an answer. */
export type Cut = 'rows' | 'bytes';
