import type { Identity } from '../../../access/access.ts';
import type { Guest } from '../../../connections/sign-in/sign-in-page.ts';
import type { App } from '../../../context.ts';
import { type LinkSession, linkSessionOf } from '../../../links/connect-links/link-session.ts';

/** Who is signed in in a browser that sent this `Cookie` header; never who a key belongs to. */
export async function personOf(
  { access }: Pick<App, 'access'>,
  cookie: string | undefined,
): Promise<Identity | undefined> {
  const identity = await access.identify({ cookie, authorization: undefined, apiKey: undefined });
  return identity?.via === 'session' ? identity : undefined;
}

/** The end user whose link a browser with this `Cookie` header opened, and that link. */
export async function guestOf(
  app: Pick<App, 'config' | 'storage' | 'clock' | 'access'>,
  cookie: string | undefined,
): Promise<{ readonly guest: Guest; readonly session: LinkSession } | undefined> {
  const session = await linkSessionOf(app, cookie);
  if (session === undefined) return undefined;
  const { caller } = session;
  return { guest: { via: 'connect_link', userId: caller.userId, caller }, session };
}
