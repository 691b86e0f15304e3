import type { Kysely, Transaction } from 'kysely';
import { CommitBells, type CommitListener, type CommitNote } from './commit-bells.ts';
import type { Fitness } from './fitness/fitness.ts';
import { DatabaseAway, isBrokenWay, type Unfit } from './fitness/why-unfit.ts';
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
  readonly #note: CommitNote;
  readonly workspaceId: string;

  constructor(trx: Transaction<Tables>, note: CommitNote, workspaceId: string) {
    this.#trx = trx.withPlugin(new WorkspacePlugin(workspaceId));
    this.#note = note;
    this.workspaceId = workspaceId;
  }

  /** Every table that has a `workspace_id` is narrowed to this workspace; inserts get it by themselves (S21). */
  get rows(): Transaction<Tables> {
    return this.#trx;
  }

  /** Has background work looked for at once when this is committed. */
  announceJobs(): void {
    this.#note.hasJobs = true;
  }

  /** Has those who react to events look for new ones at once when this is committed. */
  announceEvents(): void {
    this.#note.hasEvents = true;
  }

  /** Makes this process forget what it keeps of the workspace when this is committed. */
  announceChange(): void {
    this.#note.changed.add(this.workspaceId);
  }
}

/** The rows of one workspace outside a transaction. It cannot be made without a workspace (S21). */
export class WorkspaceDb {
  readonly #writer: Writer;
  readonly #rows: Kysely<Tables>;
  readonly workspaceId: string;

  constructor(writer: Writer, reader: Kysely<Tables>, workspaceId: string) {
    this.#writer = writer;
    this.#rows = reader.withPlugin(new WorkspacePlugin(workspaceId));
    this.workspaceId = workspaceId;
  }

  /** For reading: committed rows of this workspace. */
  get rows(): Kysely<Tables> {
    return this.#rows;
  }

  /** Runs the work in one durable transaction: when this resolves, it is on disk (R4, R5). */
  transact<T>(work: (trx: WorkspaceTrx) => Promise<T>): Promise<T> {
    return commit(this.#writer, (trx, note) => work(new WorkspaceTrx(trx, note, this.workspaceId)));
  }
}

/** Rows of the whole instance inside a transaction. */
export class SystemTrx {
  readonly #trx: Transaction<Tables>;
  readonly #note: CommitNote;

  constructor(trx: Transaction<Tables>, note: CommitNote) {
    this.#trx = trx;
    this.#note = note;
  }

  get rows(): Transaction<Tables> {
    return this.#trx;
  }

  /** The same transaction, narrowed to one workspace. */
  workspace(workspaceId: string): WorkspaceTrx {
    return new WorkspaceTrx(this.#trx, this.#note, workspaceId);
  }
}

/** The database of an instance, whichever engine holds it. */
export class Storage {
  readonly #connections: Connections;
  readonly #writer: Writer;

  constructor(connections: Connections, fitness: Fitness) {
    this.#connections = connections;
    this.#writer = { kysely: connections.writer, bells: new CommitBells(), fitness };
  }

  /** Why it cannot take writes, as far as anybody has noticed; `undefined` while it can (R17). */
  get unfit(): Unfit | undefined {
    return this.#writer.fitness.unfit;
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
    return new WorkspaceDb(this.#writer, this.#connections.reader, workspaceId);
  }

  transact<T>(work: (trx: SystemTrx) => Promise<T>): Promise<T> {
    return commit(this.#writer, (trx, note) => work(new SystemTrx(trx, note)));
  }

  /** Tells of every commit of this process. */
  whenCommitted(listener: CommitListener): void {
    this.#writer.bells.listen(listener);
  }

  async ping(): Promise<void> {
    await this.#connections.ping().catch((error: unknown) => tell(this.#writer, error));
  }

  close(): Promise<void> {
    this.#writer.fitness.close();
    return this.#connections.close();
  }
}

interface Writer {
  readonly kysely: Kysely<Tables>;
  readonly bells: CommitBells;
  readonly fitness: Fitness;
}

function tell({ fitness }: Writer, cause: unknown): never {
  const error = isBrokenWay(cause) ? new DatabaseAway('The connection to the database broke.', { cause }) : cause;
  fitness.noticed(error);
  throw error;
}

async function commit<T>(writer: Writer, work: (trx: Transaction<Tables>, note: CommitNote) => Promise<T>): Promise<T> {
  const note: CommitNote = { hasJobs: false, hasEvents: false, changed: new Set() };
  const transaction = writer.kysely.transaction().execute((trx) => insideTransaction(() => work(trx, note)));
  const result = await transaction.catch((error: unknown) => tell(writer, error));
  writer.bells.ring(note);
  return result;
}

/** What a query that works inside and outside a transaction asks for. */
export type WorkspaceRows = Pick<WorkspaceDb, 'rows' | 'workspaceId'>;
