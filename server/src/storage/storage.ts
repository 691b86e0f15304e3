import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './schema.ts';
import { insideTransaction } from './transaction-scope.ts';
import { WorkspacePlugin } from './workspace-plugin.ts';

export type Engine = 'sqlite' | 'postgres';

/** What an engine must bring: one handle that writes, one that reads, and how to leave. */
export interface Connections {
  readonly engine: Engine;
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  /** Throws where the database does not answer or cannot take a write. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The rows of one workspace inside a transaction: await nothing but this while it is open (R3). */
export class WorkspaceTrx {
  readonly #trx: Transaction<Tables>;
  readonly workspaceId: string;

  constructor(trx: Transaction<Tables>, workspaceId: string) {
    this.#trx = trx.withPlugin(new WorkspacePlugin(workspaceId));
    this.workspaceId = workspaceId;
  }

  /** Every table that has a `workspace_id` is narrowed to this workspace; inserts get it by themselves (S21). */
  get rows(): Transaction<Tables> {
    return this.#trx;
  }
}

/** The rows of one workspace outside a transaction. It cannot be made without a workspace (S21). */
export class WorkspaceDb {
  readonly #connections: Connections;
  readonly #rows: Kysely<Tables>;
  readonly workspaceId: string;

  constructor(connections: Connections, workspaceId: string) {
    this.#connections = connections;
    this.#rows = connections.reader.withPlugin(new WorkspacePlugin(workspaceId));
    this.workspaceId = workspaceId;
  }

  /** For reading: committed rows of this workspace. */
  get rows(): Kysely<Tables> {
    return this.#rows;
  }

  /** Runs the work in one durable transaction: when this resolves, it is on disk (R4, R5). */
  transact<T>(work: (trx: WorkspaceTrx) => Promise<T>): Promise<T> {
    return this.#connections.writer
      .transaction()
      .execute((trx) => insideTransaction(() => work(new WorkspaceTrx(trx, this.workspaceId))));
  }
}

/** Rows of the whole instance inside a transaction. */
export class SystemTrx {
  readonly #trx: Transaction<Tables>;

  constructor(trx: Transaction<Tables>) {
    this.#trx = trx;
  }

  get rows(): Transaction<Tables> {
    return this.#trx;
  }

  /** The same transaction, narrowed to one workspace. */
  workspace(workspaceId: string): WorkspaceTrx {
    return new WorkspaceTrx(this.#trx, workspaceId);
  }
}

/** The database of an instance, whichever engine holds it. */
export class Storage {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  get engine(): Engine {
    return this.#connections.engine;
  }

  /** For reading across workspaces: start-up, background work, and finding out who is calling. */
  get rows(): Kysely<Tables> {
    return this.#connections.reader;
  }

  /** The handle that Better Auth writes through (R3). Nothing else takes it. */
  get writer(): Kysely<Tables> {
    return this.#connections.writer;
  }

  workspace(workspaceId: string): WorkspaceDb {
    return new WorkspaceDb(this.#connections, workspaceId);
  }

  transact<T>(work: (trx: SystemTrx) => Promise<T>): Promise<T> {
    return this.#connections.writer.transaction().execute((trx) => insideTransaction(() => work(new SystemTrx(trx))));
  }

  ping(): Promise<void> {
    return this.#connections.ping();
  }

  close(): Promise<void> {
    return this.#connections.close();
  }
}

/** What a query that works inside and outside a transaction asks for. */
export type WorkspaceRows = Pick<WorkspaceDb, 'rows' | 'workspaceId'>;
