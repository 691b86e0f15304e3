import { type EndUser, findEndUsers, keepEndUser } from '../../../access/end-users/end-user-store.ts';
import { endUserPrincipal } from '../../../access/end-users/as-end-user.ts';
import { signedUntil } from '../../../access/end-users/tokens/end-tokens.ts';
import { spendJti } from '../../../access/end-users/signed/spend-jti.ts';
import type { SignedClaims } from '../../../access/end-users/signed/verify-signed.ts';
import type { App } from '../../../context.ts';
import { Failure } from '../../../errors.ts';
import { appendEvent } from '../../../events/append-event.ts';
import { isoTime } from '../../../lib/clock.ts';
import { newId } from '../../../lib/ids.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import { readOrigin } from '../../origins/app-origin.ts';
import { isRegistered } from '../../origins/app-origin-store.ts';
import { type ConnectLink, statusOf } from '../connect-link.ts';
import { rowOf } from '../create-connect-link.ts';
import { linkSubject } from '../link-events.ts';
import { isMakerThere } from '../link-maker.ts';
import { newSession, sessionSeconds } from '../link-session.ts';
import { findLinkByToken, spendLink } from '../link-store.ts';
import { hashOfToken } from '../link-token.ts';
import { readSignedLink } from './signed-link.ts';
import { insertDrafts } from '../making/write-links.ts';

/** Why a link opens nothing. */
export type Closed = 'unknown' | 'used' | 'expired' | 'revoked' | 'origin';

/** What its page may say of a link before it is opened. */
export interface SeenLink {
  readonly workspaceId: string;
  readonly purpose: ConnectLink['purpose'];
  readonly endUser: Pick<EndUser, 'externalId' | 'name' | 'email'>;
  readonly connectors: readonly string[] | null;
  readonly locale: string | null;
}

/** A link by its token, and the page that it was opened from, where that says so. */
export interface Presented {
  readonly token: string;
  readonly openerOrigin: string | null;
}

/** How a closed link may still be told about. */
export interface ClosedLink {
  readonly closed: Closed;
  readonly workspaceId?: string | undefined;
  readonly locale?: string | null | undefined;
}

type Found = { readonly link: ConnectLink; readonly endUser: EndUser } | { readonly signed: SignedClaims } | ClosedLink;

/** What a link is for, to whoever has it. It changes nothing, so that a preview of it spends nothing (S18). */
export async function lookAtLink(app: App, presented: Presented): Promise<SeenLink | ClosedLink> {
  const found = await findPresented(app, presented);
  if ('closed' in found) return found;
  if ('link' in found) return { ...found.link, endUser: found.endUser };
  const { workspaceId, connectors = null, endUser } = found.signed;
  const { id: externalId, name = null, email = null } = endUser;
  return { workspaceId, purpose: 'connect', endUser: { externalId, name, email }, connectors, locale: null };
}

/** What opening gave: the session for the browser that did. */
export interface OpenedLink {
  readonly sessionToken: string;
}

/**
 * Opens a link for the browser that asks: once, whoever of several comes first. It stays opened for an hour, in that browser
 * alone.
 */
export async function openLink(app: App, presented: Presented): Promise<OpenedLink | ClosedLink> {
  const found = await findPresented(app, presented);
  if ('closed' in found) return found;
  const session = newSession();
  const opening: Opening = { sessionHash: session.hash, openerOrigin: presented.openerOrigin };
  const { workspaceId } = 'link' in found ? found.link : found.signed;
  const isOpened = await app.storage.workspace(workspaceId).transact(async (trx) => {
    if ('link' in found) return spend(trx, app, { link: found.link, opening });
    return spendSigned(trx, app, { signed: found.signed, token: presented.token, opening });
  });
  return isOpened ? { sessionToken: session.token } : { closed: 'used', workspaceId };
}

async function findPresented(app: App, { token, openerOrigin }: Presented): Promise<Found> {
  const link = await findLinkByToken(app.storage, hashOfToken(token));
  const found = link === undefined ? await findSigned(app, token) : await findKnown(app, link);
  if ('closed' in found || openerOrigin === null) return found;
  const { workspaceId } = 'link' in found ? found.link : found.signed;
  const isKnown =
    readOrigin(openerOrigin) !== undefined && (await isRegistered(app.storage.workspace(workspaceId), openerOrigin));
  return isKnown ? found : { closed: 'origin', workspaceId, locale: 'link' in found ? found.link.locale : null };
}

async function findSigned(app: App, token: string): Promise<Found> {
  const signed = await readSignedLink(app, token);
  return signed === undefined ? { closed: 'unknown' } : { signed };
}

/** A link is over with its end user, and with the key that made it. */
async function findKnown(app: App, link: ConnectLink): Promise<Found> {
  const { storage, clock } = app;
  const { workspaceId, endUserId, locale } = link;
  const status = statusOf(link, clock);
  if (link.openedAt !== null) return { closed: 'used', workspaceId, locale };
  if (status === 'revoked' || status === 'expired') return { closed: status, workspaceId, locale };
  const endUser = (await findEndUsers(storage.workspace(workspaceId), [endUserId])).get(endUserId);
  return endUser && (await isMakerThere(app, link)) ? { link, endUser } : { closed: 'revoked', workspaceId, locale };
}

interface Opening {
  readonly sessionHash: string;
  readonly openerOrigin: string | null;
}

type Spending = Pick<App, 'clock'>;

async function spend(
  trx: WorkspaceTrx,
  { clock }: Spending,
  { link, opening }: { readonly link: Pick<ConnectLink, 'id' | 'purpose' | 'endUserId'>; readonly opening: Opening },
): Promise<boolean> {
  const until = { sessionUntil: clock.now() + sessionSeconds * 1000, now: isoTime(clock) };
  if (!(await spendLink(trx, link.id, { ...opening, ...until }))) return false;
  const { purpose, endUserId: endUser } = link;
  const actor = { principal: endUserPrincipal(endUser), userId: endUser };
  await appendEvent(trx, clock, {
    type: 'connect_link.opened',
    actor,
    subject: linkSubject(link),
    data: { purpose, endUser },
  });
  return true;
}

interface SpendingSigned {
  readonly signed: SignedClaims;
  readonly token: string;
  readonly opening: Opening;
}

/** A link that an app signed is on record from here on, like any other. What was signed for somebody who was erased since is not. */
async function spendSigned(
  trx: WorkspaceTrx,
  { clock }: Spending,
  { signed, token, opening }: SpendingSigned,
): Promise<boolean> {
  if (!(await spendJti(trx, clock, signed))) return false;
  const { id: endUserId, externalId } = await keepEndUser(trx, clock, signed.endUser);
  if (signed.issuedAt <= (await signedUntil(trx, externalId))) throw new Failure('NOT_FOUND', 'This link is over.');
  const { returnUrl, metadata, scopes, connectors = null } = signed;
  const actor = { principal: `key_set:${signed.keySetId}` };
  const id = newId(clock.now());
  const wish = { purpose: 'connect' as const, returnUrl, metadata, scopes };
  const row = { ...rowOf({ caller: actor, clock }, wish), id, token_hash: hashOfToken(token), same_as: null };
  await insertDrafts(trx, clock, [{ actor, endUser: { row: endUserId }, purpose: wish.purpose, connectors, row }]);
  return spend(trx, { clock }, { link: { id, purpose: wish.purpose, endUserId }, opening });
}
