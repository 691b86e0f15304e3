import type { Clock } from '../../../lib/clock.ts';
import type { Storage } from '../../../storage/storage.ts';
import type { Connection } from '../../connection.ts';

const uses = new WeakMap<Storage, Map<string, number>>();
const most = 50_000;

interface Noting {
  readonly storage: Storage;
  readonly clock: Clock;
}

/** Notes that a call over a connection has just worked: its provider need not be asked whether it does. */
export function noteUse({ storage, clock }: Noting, { id }: Pick<Connection, 'id'>): void {
  const known = uses.get(storage) ?? new Map<string, number>();
  uses.set(storage, known);
  known.delete(id);
  known.set(id, clock.now());
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
}

/** Whether a call of this process has worked in this time. Another process's calls are not known here: they cost a question more. */
export function wasUsed({ storage, clock }: Noting, { id }: Pick<Connection, 'id'>, withinMs: number): boolean {
  const at = uses.get(storage)?.get(id);
  return at !== undefined && clock.now() - at < withinMs;
}
