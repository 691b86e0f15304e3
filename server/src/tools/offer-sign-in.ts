import type { Connection } from '../connections/connection.ts';
import { stepUpPage } from '../connections/step-up/step-up-page.ts';
import { takesBrowser } from '../connections/values/availability.ts';
import type { Context } from '../context.ts';
import { offerToReconnect } from '../links/connect-links/making/offer-link.ts';
import type { LinkMaking } from '../links/connect-links/create-connect-link.ts';
import type { Outcome } from '../transports/outcome.ts';

type SignedIn = Pick<Connection, 'id' | 'authMode' | 'grantedScopes' | 'endUser'>;
type Offering = LinkMaking & Pick<Context, 'db'>;

/**
 * What a call came to, with the page where a person puts it right by signing in: anew, where that does not carry any more; for
 * more, where scopes are wanted that were not granted. An end user gets a link of their own for that. As it is, where signing
 * in would change nothing.
 */
export async function offerSignIn<Came extends Outcome>(
  ctx: Offering,
  connection: SignedIn,
  outcome: Came,
): Promise<Came> {
  if (outcome.status !== 'rejected') return outcome;
  const { reason, scopes = [] } = outcome;
  const isSignedIn = takesBrowser(connection.authMode);
  const lacking =
    reason === 'scope' && isSignedIn ? scopes.filter((scope) => !connection.grantedScopes.includes(scope)) : [];
  if (reason !== 'auth' && lacking.length === 0) return outcome;
  const page = await pageFor(ctx, connection, lacking);
  return page === undefined ? outcome : { ...outcome, connect_url: page };
}

/** Where values are submitted, only an end user has a page for that; nobody has one for what is not theirs. */
async function pageFor(ctx: Offering, connection: SignedIn, lacking: readonly string[]): Promise<string | undefined> {
  const { id, authMode } = connection;
  if (ctx.caller.endUser !== undefined) return offerToReconnect(ctx, connection, lacking);
  return takesBrowser(authMode) ? stepUpPage(ctx.config, { id }, lacking) : undefined;
}
