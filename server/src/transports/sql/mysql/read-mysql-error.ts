import { isRecord } from '../../../lib/json.ts';
import { SqlFault } from '../sql-fault.ts';
import { explainTls, noTls } from '../tls-options.ts';
import type { ServerWork } from '../work.ts';

/** Where a statement stood when it failed. */
interface Failed {
  readonly place: ServerWork['place'];
  /** Whether the statement may have reached the server. */
  readonly sent: boolean;
}

/** What a failure means, by the error numbers of MySQL and MariaDB. */
export function readMysqlError(error: unknown, { place, sent }: Failed): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!isRecord(error) || error.name === 'SqlFault' || error.name === 'EgressError') return error;
  const { errno, code, sqlState } = error;
  if (typeof errno === 'number' && typeof sqlState === 'string') return told(error, errno, sent);
  return unanswered(error, { place, sent, code: String(code) });
}

/** A transaction that may not write, and a server that may not. */
const readOnly: ReadonlySet<number> = new Set([1792, 1836]);

const kinds: readonly (readonly [kind: SqlFault['kind'], numbers: readonly number[]])[] = [
  ['auth', [1045, 1251, 1275, 1524, 1698, 1862, 2049, 3118, 3955, 4151]],
  ['scope', [1044, 1142, 1143, 1227, 1370, 1419, 1873]],
  ['busy', [1040, 1203, 1226]],
  ['read_only', [...readOnly]],
  // Interrupted or out of time: a table without transactions keeps what was done until then.
  ['stopped', [1053, 1317, 1969, 3024]],
];
/** Undone as a whole, and may work later. */
const undone: ReadonlySet<number> = new Set([1205, 1213, 1020, 1158, 1159, 1160, 1161]);

function told(cause: Error, errno: number, sent: boolean): SqlFault {
  const kind = kinds.find(([, numbers]) => numbers.includes(errno))?.[0];
  if (undone.has(errno)) return new SqlFault('stopped', `The database answered: ${cause.message}`, { cause });
  return new SqlFault(kind ?? 'input', sentence(errno, cause.message), { sent: sent && kind === 'stopped', cause });
}

function sentence(errno: number, words: string): string {
  if (readOnly.has(errno)) return words;
  if (errno === 1295)
    return `The server does not prepare statements of this kind, so that it cannot be run here: ${words}.`;
  if (errno === 1969 || errno === 3024) return `The database gave the statement up: ${words}.`;
  return `The database answered: ${words}`;
}

function unanswered(cause: Error, { place, sent, code }: Failed & { readonly code: string }): SqlFault {
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return new SqlFault('lost', noTls(place), { cause });
  if (code === 'HANDSHAKE_SSL_ERROR') return new SqlFault('lost', explainTls(place, cause), { cause });
  if (code.startsWith('AUTH_SWITCH_PLUGIN'))
    return new SqlFault('auth', `${place.host} asks for a way to sign in that is not supported here.`, { cause });
  return new SqlFault('lost', `The connection to ${place.host} broke before the answer was there.`, { sent, cause });
}
