import { endUserCaller } from '../../access/end-users/as-end-user.ts';
import { type EndUser, findEndUsers } from '../../access/end-users/end-user-store.ts';
import type { Caller } from '../../access/caller.ts';
import { cookiePrefix } from '../../access/sign-in/better-auth.ts';
import type { App, Context } from '../../context.ts';
import { sha256 } from '../../lib/digest.ts';
import { randomToken } from '../../lib/ids.ts';
import type { ConnectLink } from './connect-link.ts';
import { isMakerThere } from './link-maker.ts';
import { findLinkBySession } from './link-store.ts';

/** Seconds that what a link opens holds in the browser that opened it. */
export const sessionSeconds = 3_600;

/** A browser that opened a link, and the end user it acts for. */
export interface LinkSession {
  readonly link: ConnectLink;
  readonly endUser: EndUser;
  /** The end user by this link: its own connections alone, of the connectors that it is for. */
  readonly caller: Caller;
}

/** A fresh session: what the browser keeps, and what the database does. */
export function newSession(): { readonly token: string; readonly hash: string } {
  const token = randomToken(32);
  return { token, hash: sha256(token) };
}

type Named = Pick<App, 'config'>;

function cookieName({ config }: Named): string {
  return `${cookiePrefix(config.publicUrl)}.link`;
}

/** The `Set-Cookie` header that makes a browser the one that opened a link: `__Host-` where we are reached over https (S7). */
export function sessionCookie({ config }: Named, token: string): string {
  const secure = config.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${cookieName({ config })}=${token}; Max-Age=${sessionSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** The session of a browser that sent this `Cookie` header; `undefined` where it is over, was revoked, or its end user or the key that made its link is gone. */
export async function linkSessionOf(
  app: Pick<App, 'config' | 'storage' | 'clock' | 'access'>,
  cookies: string | undefined,
): Promise<LinkSession | undefined> {
  for (const token of valuesOf(cookies, cookieName(app))) {
    const link = await findLinkBySession(app.storage, sha256(token), app.clock.now());
    const session = link && (await sessionFor(app, link));
    if (session) return session;
  }
  return undefined;
}

/** Every value under this name: another port of the same host may have put one there, too (S7). */
function valuesOf(cookies: string | undefined, name: string): readonly string[] {
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  return values.filter((value) => /^[\w-]{43}$/.test(value)).slice(0, 4);
}

async function sessionFor(app: Pick<App, 'storage' | 'access'>, link: ConnectLink): Promise<LinkSession | undefined> {
  const { workspaceId, endUserId, connectors, lineage, approvalId } = link;
  const endUser = (await findEndUsers(app.storage.workspace(workspaceId), [endUserId])).get(endUserId);
  if (endUser === undefined || !(await isMakerThere(app, link))) return undefined;
  const reach = { connectors: connectors === null ? undefined : new Set(connectors), lineage };
  const decides = approvalId === null ? {} : { decides: approvalId };
  return { link, endUser, caller: endUserCaller(endUser, { workspaceId, via: 'connect_link', ...reach, ...decides }) };
}

/** What a page of ours does for the end user of a session. */
export function contextOfSession(
  app: App,
  { caller }: Pick<LinkSession, 'caller'>,
  { requestId, signal }: Pick<Context, 'requestId' | 'signal'>,
): Context {
  const { workspaceId } = caller;
  return {
    ...app,
    egress: app.egress.of(workspaceId),
    caller,
    db: app.storage.workspace(workspaceId),
    requestId,
    signal,
  };
}
