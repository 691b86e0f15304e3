import { isEndUserPrincipal } from '../../access/end-users/as-end-user.ts';
import type { App } from '../../context.ts';
import { systemActor } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { sameText } from '../../lib/digest.ts';
import { Secret } from '../../lib/secret.ts';
import { redirectUri } from '../../oauth/apps/redirect-uri.ts';
import { exchangeCode } from '../../oauth/exchange-code.ts';
import { clientHeld, type ContentsAt, openHandshake } from '../../oauth/handshakes/handshake-box.ts';
import { findHandshake, type Handshake, isUnderWay, stepHandshake } from '../../oauth/handshakes/handshake-store.ts';
import { openState } from '../../oauth/handshakes/sealed-state.ts';
import { serverOfDiscovered } from '../../oauth/mcp/discovered-server.ts';
import type { OauthServer } from '../../oauth/oauth-server.ts';
import { readCallback } from '../../oauth/read-callback.ts';
import type { TokenOutcome } from '../../oauth/token-set.ts';
import { targetOf } from './begin-sign-in.ts';
import { failSignIn } from './settling/fail-sign-in.ts';
import { over } from './open-ask.ts';
import { type Settled, settleSignIn } from './settling/settle-sign-in.ts';
import { contextOf, doorOf, enterAs, type SignInContext } from './sign-in-context.ts';
import type { SignInPage, Visit } from './sign-in-page.ts';
import { changedSince, findSubject, type SignInSubject } from './sign-in-subject.ts';
import { describedServer } from './provider/sign-in-server.ts';
import { factsOf, refusal } from './visited-sign-in.ts';

/** The page of a browser that opened a link. */
export const linkPath = '/link';

/** What a browser comes back with: the query as it came, two values of one name included. */
export type Return = Visit & { readonly query: URLSearchParams };

/**
 * What the provider sends a browser back with (RFC 6749 §4.1.2), at the redirect URI. A state works once, for 15 minutes, in
 * the browser of whoever it belongs to (S8); what it brings is then shown to that person before it counts.
 */
export async function completeSignIn(app: App, visit: Return): Promise<SignInPage> {
  const came = await findAttempt(app, visit.query);
  if (came === undefined) return refusal(over);
  const { handshake } = came;
  if (handshake.binding === 'person' && visit.person === undefined && !isGuests(handshake))
    return { page: 'sign_in', to: `/api/v1/connections/oauth/callback?${visit.query}` };
  const entered = await enter(app, handshake, visit);
  if ('refused' in entered) return refuse(app, handshake, entered.refused);
  const subject = await findSubject(entered, handshake);
  if (subject === undefined) return refuse(app, handshake, changedSince);
  return comeBack(entered, visit.query, { ...came, ...subject });
}

interface Attempt {
  readonly handshake: Handshake;
  readonly held: ContentsAt<'sent'>;
  readonly state: string;
}

/** The attempt that a state of ours belongs to, while it may be used. */
async function findAttempt({ vault, storage, clock }: App, query: URLSearchParams): Promise<Attempt | undefined> {
  const [text = '', ...others] = query.getAll('state');
  const state = others.length === 0 ? openState(vault, text) : undefined;
  if (state === undefined) return undefined;
  const handshake = await findHandshake(storage.workspace(state.workspaceId), state.handshakeId);
  if (handshake?.status !== 'waiting' || !isUnderWay(handshake, isoTime(clock))) return undefined;
  const held = await openHandshake(vault, handshake, 'sent');
  return held && sameText(held.nonce, state.nonce) ? { handshake, held, state: text } : undefined;
}

/** Whoever the handshake belongs to: the person in the browser, or with `direct` the key whose app answers for it. */
async function enter(app: App, handshake: Handshake, visit: Return): Promise<SignInContext | { refused: string }> {
  const { workspaceId, principal, userId, binding } = handshake;
  if (binding === 'direct') {
    const caller = await app.access.revive(principal, workspaceId);
    return caller?.scopes.has('oauth:direct') ? contextOf(app, caller, untilTheEnd(app)) : { refused: keyGone };
  }
  const person = [visit.person, visit.guest].find((each) => each?.userId === userId);
  if (person === undefined) return { refused: somebodyElse };
  const caller = await enterAs(app, person, workspaceId);
  return caller === undefined ? { refused: notTheirs } : contextOf(app, caller, untilTheEnd(app));
}

/** A code that was spent is exchanged whether or not the browser stays. */
function untilTheEnd({ deadline }: App): Pick<Visit, 'signal'> {
  return { signal: deadline };
}

/** Whether it belongs to an end user of an app, who has no page of ours but those of their link. */
function isGuests({ principal }: Pick<Handshake, 'principal'>): boolean {
  return isEndUserPrincipal(principal);
}

const keyGone = 'The key that asked for this sign-in may no longer do so. Start again.';
/** What is said in another browser than that of whoever began. */
export const somebodyElse =
  'Somebody else began this sign-in, so nothing was connected. If a link brought you here, do not open it again.';
const notTheirs = 'You can no longer connect this for the workspace that asked for it. Nothing was connected.';

async function comeBack(
  ctx: SignInContext,
  query: URLSearchParams,
  came: Attempt & SignInSubject,
): Promise<SignInPage> {
  const { handshake, held, state, connection, connector } = came;
  const server = await serverHeld(ctx, came);
  const callback = readCallback(server, query, { state });
  if (!(await spend(ctx, handshake))) return refusal(over);
  const outcome = callback.ok ? await exchange(ctx, { server, held, query, code: callback.code }) : callback;
  const answered = { handshake, connection, connector, begun: held, from: 'taken' } as const;
  return pageAfter(ctx, came, await settleSignIn(ctx, answered, outcome));
}

/** The server as it was when somebody was sent there: one that was discovered is not asked again who it is. */
async function serverHeld(
  ctx: SignInContext,
  { connection, connector, held }: Attempt & SignInSubject,
): Promise<OauthServer> {
  if (held.discovered) return serverOfDiscovered(held.discovered);
  return describedServer(ctx, { ...(await targetOf(ctx, connection)), connector });
}

interface Exchange {
  readonly server: OauthServer;
  readonly held: ContentsAt<'sent'>;
  readonly query: URLSearchParams;
  readonly code: string;
}

function exchange(ctx: SignInContext, { server, held, query, code }: Exchange): Promise<TokenOutcome> {
  return exchangeCode(doorOf(ctx, held.loopback), server, {
    client: clientHeld(held),
    code,
    verifier: held.verifier === undefined ? undefined : new Secret(held.verifier),
    redirectUri: redirectUri(ctx.config),
    callback: query,
  });
}

/** Spends the state: whoever comes second finds nothing. The verifier is gone with it. */
async function spend({ db, clock }: SignInContext, { id, box }: Handshake): Promise<boolean> {
  const change = { status: 'taken', box: null };
  return db.transact((trx) => stepHandshake(trx, id, { from: ['waiting'], box, now: isoTime(clock), change }));
}

/** A person goes on to the page of their handshake, so that the code leaves the address bar. */
async function pageAfter(ctx: SignInContext, came: Attempt & SignInSubject, settled: Settled): Promise<SignInPage> {
  const { handshake, connection, connector } = came;
  if (handshake.binding === 'person')
    return { page: 'go', to: isGuests(handshake) ? linkPath : `/connect/${handshake.id}` };
  const facts = await factsOf(ctx, connection, connector);
  if (settled.is === 'done') return { page: 'closing', facts: { ...facts, identity: settled.identity } };
  return refusal(settled.is === 'failed' ? settled.problem : over, facts);
}

/** Ends a handshake that came back to the wrong place. */
async function refuse(app: App, handshake: Handshake, problem: string): Promise<SignInPage> {
  const db = app.storage.workspace(handshake.workspaceId);
  await failSignIn({ db, clock: app.clock }, { handshake, actor: systemActor, problem });
  return { page: 'refusal', facts: { message: problem, isGuests: isGuests(handshake) } };
}
