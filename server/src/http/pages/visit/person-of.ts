import type { Identity } from '../../../access/access.ts';
import type { App } from '../../../context.ts';

/** Who is signed in in a browser that sent this `Cookie` header; never who a key belongs to. */
export async function personOf(
  { access }: Pick<App, 'access'>,
  cookie: string | undefined,
): Promise<Identity | undefined> {
  const identity = await access.identify({ cookie, authorization: undefined, apiKey: undefined });
  return identity?.via === 'session' ? identity : undefined;
}
