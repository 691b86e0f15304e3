import { Failure } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { WorkspaceDb } from '../storage/storage.ts';
import type { Caller } from './caller.ts';

/** Somebody acting in one workspace: a request's context is one. */
export interface Acting {
  readonly caller: Caller;
  readonly db: WorkspaceDb;
  readonly clock: Clock;
}

/** Which page of a list, newest first (RULINGS, Everywhere 9). */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Whether the caller may hand out authority: a person's session, the first admin key, or a key with `admin` (S3). */
export function grantsAuthority(caller: Caller): boolean {
  if (caller.via === 'session') return true;
  return caller.via === 'key' && (caller.key?.first === true || caller.scopes.has('admin'));
}

/** Throws FORBIDDEN where the caller's credential may not hand out authority, whatever its role. */
export function requireAuthority(caller: Caller): void {
  if (grantsAuthority(caller)) return;
  throw new Failure(
    'FORBIDDEN',
    'Only a signed-in person or a key with the scope admin may do this. Do it in the dashboard.',
  );
}
