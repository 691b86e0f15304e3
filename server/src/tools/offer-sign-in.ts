import type { Connection } from '../connections/connection.ts';
import { stepUpPage } from '../connections/step-up/step-up-page.ts';
import { takesBrowser } from '../connections/values/availability.ts';
import type { Config } from '../config.ts';
import type { Outcome } from '../transports/outcome.ts';

type SignedIn = Pick<Connection, 'id' | 'authMode' | 'grantedScopes'>;

/**
 * What a call came to, with the page where a person puts it right by signing in: anew, where that does not carry any more; for
 * more, where scopes are wanted that were not granted. As it is, where signing in would change nothing.
 */
export function offerSignIn<Came extends Outcome>(
  { publicUrl }: Pick<Config, 'publicUrl'>,
  { id, authMode, grantedScopes }: SignedIn,
  outcome: Came,
): Came {
  if (outcome.status !== 'rejected' || !takesBrowser(authMode)) return outcome;
  const { reason, scopes = [] } = outcome;
  const lacking = reason === 'scope' ? scopes.filter((scope) => !grantedScopes.includes(scope)) : [];
  if (reason !== 'auth' && lacking.length === 0) return outcome;
  return { ...outcome, connect_url: stepUpPage({ publicUrl }, { id }, lacking) };
}
