import { AsyncLocalStorage } from 'node:async_hooks';

interface OpenTransaction {
  open: boolean;
}

const scope = new AsyncLocalStorage<OpenTransaction>();

/** Runs a transaction's work so that whatever it starts knows that the transaction is open (R3). */
export async function insideTransaction<T>(work: () => Promise<T>): Promise<T> {
  const transaction: OpenTransaction = { open: true };
  try {
    return await scope.run(transaction, work);
  } finally {
    transaction.open = false;
  }
}

/** Throws where a transaction's work asks for a connection of its own: it would wait for itself, for ever (R3). */
export function refuseInsideTransaction(): void {
  if (scope.getStore()?.open !== true) return;
  throw new Error(
    'A transaction awaits nothing but its own trx: read and write through trx.rows, or do this before or after (R3).',
  );
}
