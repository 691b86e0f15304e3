import type { Connection } from '../connection.ts';
import { takesBrowser } from '../values/availability.ts';

type SignedIn = Pick<Connection, 'authMode' | 'grantedScopes'>;

/**
 * The scopes that something needs and a connection was not granted. None where nobody signed in to it, and none where it is
 * not known what was granted: then the provider decides.
 */
export function lackingScopes(
  { authMode, grantedScopes }: SignedIn,
  needed: readonly string[] = [],
): readonly string[] {
  if (needed.length === 0 || grantedScopes.length === 0 || !takesBrowser(authMode)) return [];
  return needed.filter((scope) => !grantedScopes.includes(scope));
}
