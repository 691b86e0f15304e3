import { createVerifySigned, signedTypeOf, type SignedClaims } from '../../../access/end-users/signed/verify-signed.ts';
import type { App } from '../../../context.ts';
import { unknownScope } from '../making/offered-connectors.ts';
import { mayLeadTo } from '../../origins/may-lead-to.ts';

const type = 'plugboard-link+jwt';

/**
 * A link that an app signed itself, verified (S18): by a key that its workspace registered, for us, ten minutes at most, and
 * leading nowhere but to an origin that is registered. `undefined` where it does not hold. It is not spent by this.
 */
export async function readSignedLink(app: App, token: string): Promise<SignedClaims | undefined> {
  if (signedTypeOf(token) !== type) return undefined;
  const { storage, clock, config } = app;
  const claims = await createVerifySigned({ storage, clock, publicUrl: config.publicUrl })(token, type);
  if (claims === undefined || !isKnown(app, claims)) return undefined;
  const { returnUrl, workspaceId } = claims;
  return returnUrl === undefined || (await mayLeadTo(storage.workspace(workspaceId), returnUrl)) ? claims : undefined;
}

/** Whether there are these connectors, and scopes are of the one that is named. */
function isKnown({ catalog }: Pick<App, 'catalog'>, { connectors = [], scopes = [] }: SignedClaims): boolean {
  const known = connectors.map((id) => catalog.find(id));
  const [only, ...others] = known;
  if (known.includes(undefined)) return false;
  return scopes.length === 0 || (only !== undefined && others.length === 0 && unknownScope(only, scopes) === undefined);
}
