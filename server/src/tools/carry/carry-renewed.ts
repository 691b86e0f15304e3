import { accessToken } from '../../catalog/meant/brought-values.ts';
import { forcedCredentials } from '../../connections/renewing/fresh-credentials.ts';
import type { Context } from '../../context.ts';
import { mayAttach } from '../../credentials/open-credentials.ts';
import type { Outcome, ProviderAnswer } from '../../transports/outcome.ts';
import { type Carried, carry } from './carry.ts';

/** A call and where it goes. */
export type AddressedCall = Carried & { readonly url: string };

/**
 * Carries a call. A read whose token the provider turns down is carried once more with a newer one, where there is one to be
 * had (RULINGS 003.2): whoever wants the provider's own answer gets the last.
 */
export async function carryRenewed(ctx: Context, call: AddressedCall): Promise<Outcome> {
  const { onAnswer, credentials, found } = call;
  const isRepeatable = found.spec.effect === 'read' && call.relay === undefined;
  if (!isRepeatable || !Object.hasOwn(credentials.secrets, accessToken)) return carry(ctx, call);
  let answer: ProviderAnswer | undefined;
  const first = await carry(ctx, { ...call, onAnswer: onAnswer && ((given) => void (answer = given)) });
  const isTurnedDown = first.status === 'rejected' && first.reason === 'auth';
  const newer = isTurnedDown ? await forcedCredentials(ctx, found.connection, credentials) : undefined;
  const isThere = newer !== undefined && !('refused' in newer);
  if (isThere && mayAttach(newer, call.url)) return carry(ctx, { ...call, credentials: newer });
  if (answer !== undefined) onAnswer?.(answer);
  return first;
}
