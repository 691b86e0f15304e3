import { confirmSignIn } from '../../../connections/sign-in/confirm-sign-in.ts';
import type { SignInPage } from '../../../connections/sign-in/sign-in-page.ts';
import type { Context } from '../../../context.ts';
import type { LinkSession } from '../link-session.ts';
import { finishConnecting } from './finish-connecting.ts';

/** What an end user says to the account they were shown, by the sign-in that the page showed. */
export interface AccountVerdict {
  readonly token: string;
  readonly accept: boolean;
}

/** Makes the account that was shown count, and finishes the link with it; or drops it. */
export function decideAccount(
  ctx: Context,
  { link, caller }: LinkSession,
  verdict: AccountVerdict,
): Promise<SignInPage> {
  const { connectionId } = link;
  return confirmSignIn(ctx, {
    ...verdict,
    person: { via: 'connect_link', userId: caller.userId, caller },
    signal: ctx.signal,
    beside: connectionId === null ? undefined : finishConnecting(ctx, { link, connectionId }),
  });
}
