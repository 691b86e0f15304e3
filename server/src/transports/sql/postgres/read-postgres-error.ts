import { isRecord } from '../../../lib/json.ts';
import { SqlFault } from '../sql-fault.ts';
import type { ServerWork } from '../work.ts';

/** Where a statement stood when it failed. */
interface Failed {
  readonly place: ServerWork['place'];
  /** Whether the statement may have reached the server. */
  readonly sent: boolean;
}

/**
 * What a failure means, by its SQLSTATE (PostgreSQL, Appendix A). What the server told of the statement it has undone: only a
 * connection that ends without an answer leaves a write in doubt.
 */
export function readPostgresError(error: unknown, { place, sent }: Failed): Error {
  if (error instanceof SqlFault || !(error instanceof Error))
    return error instanceof Error ? error : new Error(String(error));
  const { code = '', hint = '' } = detailsOf(error);
  if (code === '') return withoutCode(error, { place, sent });
  const words = hint === '' ? error.message : `${error.message}. ${hint}`;
  return new SqlFault(kindOf(code), sentence(code, words), { sent: false, cause: error });
}

function detailsOf(error: Error): { readonly code?: string; readonly hint?: string } {
  if (!isRecord(error) || !('severity' in error)) return {};
  const { code, hint } = error;
  return { ...(typeof code === 'string' ? { code } : {}), ...(typeof hint === 'string' ? { hint } : {}) };
}

/** The driver itself has no codes: it gives up over a proof of the password that does not fit, or a broken connection. */
function withoutCode(cause: Error, { place, sent }: Failed): SqlFault {
  if (cause.message.startsWith('SASL'))
    return new SqlFault('auth', `Signing in to ${place.host} failed: ${cause.message}.`);
  return new SqlFault('lost', `The connection to ${place.host} broke before the answer was there.`, { sent, cause });
}

function kindOf(code: string): SqlFault['kind'] {
  if (code.startsWith('28')) return 'auth';
  if (code === '42501') return 'scope';
  if (code === '25006') return 'read_only';
  if (code === '53300' || code === '53400') return 'busy';
  if (notNow.test(code)) return 'stopped';
  return 'input';
}

/** Shutting down, starting up, out of something, in conflict with others, timed out: it may work later. */
const notNow = /^(57P0[1-5]|57014|53...|58...|08(?!P01)...|40001|40P01|55P03|25P0[34]|XX...)$/;

function sentence(code: string, words: string): string {
  if (code === '25006') return words;
  if (code === '57014') return `The database gave the statement up: ${words}. Nothing of it was kept.`;
  if (code === '42601' && /multiple commands/.test(words)) return `One statement at a time: ${words}.`;
  if (code === '08P01' && /startup parameter/.test(words))
    return `This is the address of a connection pooler that does not keep reads read-only (${words}). Use the address of the database itself.`;
  return `The database answered: ${words}`;
}
