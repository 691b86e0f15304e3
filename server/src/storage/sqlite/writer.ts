import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { refuseInsideTransaction } from '../transaction-scope.ts';
import type { CommitQueue, Member } from './commit-queue.ts';
import type { Statements } from './statements.ts';

/** Kysely's way to the connection that writes: everybody gets it in turn, transactions in groups (R3, R4). */
export function writingDriver(statements: Statements, queue: CommitQueue): Driver {
  const turns = new WeakMap<DatabaseConnection, WriterTurn>();

  function turnOf(connection: DatabaseConnection): WriterTurn {
    const turn = turns.get(connection);
    if (turn === undefined) throw new Error('This connection is not one of the driver.');
    return turn;
  }

  return {
    init: async () => {},
    async acquireConnection() {
      refuseInsideTransaction();
      const turn = new WriterTurn(statements, queue);
      turns.set(turn, turn);
      return turn;
    },
    beginTransaction: (connection) => turnOf(connection).begin(),
    commitTransaction: (connection) => turnOf(connection).commit(),
    rollbackTransaction: async (connection) => turnOf(connection).rollback(),
    releaseConnection: async (connection) => turnOf(connection).rollback(),
    destroy: () => queue.close(),
  };
}

type TurnState = 'outside' | 'open' | 'failed' | 'committing';

/** One user of the connection that writes. */
class WriterTurn implements DatabaseConnection {
  readonly #statements: Statements;
  readonly #queue: CommitQueue;
  #state: TurnState = 'outside';
  #member: Member | undefined;

  constructor(statements: Statements, queue: CommitQueue) {
    this.#statements = statements;
    this.#queue = queue;
  }

  async begin(): Promise<void> {
    this.#member = await this.#queue.begin();
    this.#state = 'open';
  }

  async commit(): Promise<void> {
    this.#refuseUnlessOpen();
    this.#state = 'committing';
    await this.#member?.commit();
    this.#member = undefined;
    this.#state = 'outside';
  }

  rollback(): void {
    this.#member?.rollback();
    this.#member = undefined;
    this.#state = 'outside';
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#state === 'outside') return this.#queue.alone(() => this.#statements.run<Row>(query));
    this.#refuseUnlessOpen();
    try {
      this.#member?.check();
      return this.#statements.run<Row>(query);
    } catch (error) {
      this.#state = 'failed';
      throw error;
    }
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Stream from the handle that reads: a stream would keep the one that writes from everybody else.');
  }

  /** As in PostgreSQL: after a failed statement nothing more runs in a transaction. */
  #refuseUnlessOpen(): void {
    if (this.#state === 'failed')
      throw new Error('A statement of this transaction failed, so nothing more can run in it.');
    if (this.#state === 'committing')
      throw new Error('This transaction is over: await everything that uses its trx inside its work.');
  }
}
