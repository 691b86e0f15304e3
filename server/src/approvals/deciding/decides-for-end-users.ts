import type { Caller } from '../../access/caller.ts';

/** Whether the caller is the app's key for deciding: of kind `app`, with the scope `approvals:decide` and no other. */
export function decidesForEndUsers({ key, scopes, endUser }: Caller): boolean {
  return key?.kind === 'app' && endUser === undefined && scopes.size === 1 && scopes.has('approvals:decide');
}
