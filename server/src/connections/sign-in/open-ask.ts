import { findPerson } from '../../access/workspaces/people/person-store.ts';
import type { App } from '../../context.ts';
import { isoTime } from '../../lib/clock.ts';
import { type HandshakeContents, openHandshake } from '../../oauth/handshakes/handshake-box.ts';
import { type Handshake, isUnderWay } from '../../oauth/handshakes/handshake-store.ts';
import { originOf } from '../../catalog/origins.ts';
import { isAnother } from '../health/identity-change.ts';
import { isSubmitted } from '../values/availability.ts';
import { targetOf } from './begin-sign-in.ts';
import { together } from './send-off.ts';
import type { AskFacts, SignInPage, Visit } from './sign-in-page.ts';
import { describedServer } from './provider/sign-in-server.ts';
import { askNew, namesConnector } from './starting/new-sign-in-page.ts';
import { gone, refusal, type Visited, visitSignIn } from './visited-sign-in.ts';

/**
 * Where a sign-in stands, as its page `GET /connect/<token>` shows it; it changes nothing (S18). The token is the id of a
 * handshake, or of a connection that waits for one: whoever is signed in is what it is opened with.
 */
export async function openAsk(app: App, visit: Visit & { readonly token: string }): Promise<SignInPage> {
  if (namesConnector(app, visit.token)) return askNew(app, visit);
  const visited = await visitSignIn(app, visit);
  if ('refused' in visited) return visited.refused;
  const { handshake, connection, facts, ctx } = visited;
  if (isSubmitted(connection.authMode)) return refusal(gone);
  if (isGranted(visited)) return { page: 'closing', facts: { ...facts, identity: connection.identity } };
  if (handshake === undefined) return ask(visited, visit.token, undefined);
  if (handshake.status === 'done') return { page: 'closing', facts: { ...facts, identity: handshake.identity } };
  if (handshake.status === 'failed') return refusal(handshake.problem ?? over, facts);
  if (!isUnderWay(handshake, isoTime(ctx.clock))) return refusal(over, facts);
  if (handshake.status === 'confirming') return confirm(visited, handshake);
  if (handshake.status === 'taken' || handshake.kind === 'device') return refusal(beingDone, facts);
  return ask(visited, handshake.id, handshake);
}

/** Whether all that the address asks for was granted since. */
function isGranted({ connection: { status, grantedScopes }, scopes }: Visited): boolean {
  return status === 'connected' && scopes.length > 0 && scopes.every((scope) => grantedScopes.includes(scope));
}

/** What is said of a handshake that was used or has expired. */
export const over = 'This sign-in link was already used or has expired. Start again.';

const beingDone = 'This sign-in is under way. Load this page again in a moment; if it stays like this, start again.';

async function ask(visited: Visited, token: string, handshake: Handshake | undefined): Promise<SignInPage> {
  const { ctx, connector, facts } = visited;
  const asked = handshake && (await wishHeld(visited, handshake));
  const address =
    connector.oauth === undefined ? undefined : describedServer(ctx, await targetOf(ctx, visited.connection));
  const shown: AskFacts = {
    ...facts,
    token,
    person: await personShown(visited),
    askedBy: handshake === undefined ? 'You' : await askerShown(visited, handshake),
    scopes: together(connector.oauth?.scopes ?? [], asked?.scopes ?? visited.scopes),
    leadsTo: originOf(address?.authorization.url ?? '') ?? null,
  };
  return { page: 'ask', facts: shown };
}

/** What a handshake that was not finished asks for. */
export async function wishHeld(
  { ctx }: Pick<Visited, 'ctx'>,
  handshake: Handshake,
): Promise<Extract<HandshakeContents, { stage: 'asked' | 'sent' }> | undefined> {
  const stage = handshake.status === 'asking' ? 'asked' : 'sent';
  return openHandshake(ctx.vault, handshake, stage);
}

async function personShown({ ctx }: Visited): Promise<string> {
  return (await findPerson(ctx.storage, ctx.caller.userId))?.email ?? '';
}

async function askerShown({ ctx }: Visited, { principal }: Handshake): Promise<string> {
  const [via, id = ''] = principal.split(/:(.*)/s);
  if (via !== 'key') return 'You';
  const key = await ctx.db.rows.selectFrom('api_keys').select('name').where('id', '=', id).executeTakeFirst();
  return key === undefined ? 'An API key that is gone' : `The API key “${key.name}”`;
}

async function confirm(visited: Visited, handshake: Handshake): Promise<SignInPage> {
  const { ctx, connection, facts } = visited;
  const came = await openHandshake(ctx.vault, handshake, 'came');
  if (came === undefined) return refusal(over, facts);
  const { identity } = handshake;
  return {
    page: 'confirm',
    facts: {
      ...facts,
      token: handshake.id,
      person: await personShown(visited),
      identity,
      before: isAnother(connection, identity) ? connection.identity : null,
      scopes: came.scopes,
    },
  };
}
