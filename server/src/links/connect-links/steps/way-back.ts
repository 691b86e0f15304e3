import type { Context } from '../../../context.ts';
import { isRegistered } from '../../origins/app-origin-store.ts';
import { mayLeadTo } from '../../origins/may-lead-to.ts';
import type { ConnectLink } from '../connect-link.ts';

/** What came of a link, as an app is told: nothing else leaves by this way (S19). */
export interface LinkResult {
  readonly connectionId: string | null;
  readonly status: 'connected' | 'cancelled';
}

/** Where the last page leads, and which origin it tells; null where there is none, or it is no longer registered. */
export interface WayBack extends LinkResult {
  readonly address: string | null;
  readonly tells: string | null;
}

/** The way back to the app, checked at the moment it is gone: an origin that was removed since gets nothing. */
export async function wayBack(
  { db }: Pick<Context, 'db'>,
  { returnUrl, openerOrigin }: Pick<ConnectLink, 'returnUrl' | 'openerOrigin'>,
  result: LinkResult,
): Promise<WayBack> {
  const leads = returnUrl !== null && (await mayLeadTo(db, returnUrl));
  const tells = await toldOrigin({ db }, { openerOrigin });
  return { ...result, address: leads ? withResult(returnUrl, result) : null, tells };
}

/** The origin of the window that opened a link, where it is told what came of it: null for one that is not registered any more. */
export async function toldOrigin(
  { db }: Pick<Context, 'db'>,
  { openerOrigin }: Pick<ConnectLink, 'openerOrigin'>,
): Promise<string | null> {
  return openerOrigin !== null && (await isRegistered(db, openerOrigin)) ? openerOrigin : null;
}

function withResult(address: string, { connectionId, status }: LinkResult): string {
  const url = new URL(address);
  url.searchParams.set('status', status);
  if (connectionId === null) url.searchParams.delete('connection_id');
  else url.searchParams.set('connection_id', connectionId);
  return url.href;
}
