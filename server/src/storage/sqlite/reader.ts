import type { CompiledQuery, DatabaseConnection, Driver } from 'kysely';
import { refuseInsideTransaction } from '../transaction-scope.ts';
import type { Statements } from './statements.ts';

/** Kysely's way to the connection that only reads: every query sees what was committed when it starts. */
export function readingDriver(statements: Statements): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <Row>(query: CompiledQuery) => statements.run<Row>(query),
    async *streamQuery<Row>(query: CompiledQuery) {
      for (const row of statements.stream<Row>(query)) yield { rows: [row] };
    },
  };
  return {
    init: async () => {},
    async acquireConnection() {
      refuseInsideTransaction();
      return connection;
    },
    beginTransaction: () => Promise.reject(new Error('This handle only reads: open the transaction with transact.')),
    commitTransaction: async () => {},
    rollbackTransaction: async () => {},
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}
