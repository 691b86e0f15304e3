import { roleAtLeast } from '../../../access/caller.ts';
import { findPerson } from '../../../access/workspaces/people/person-store.ts';
import type { AuthMode, Connector } from '../../../catalog/connector.ts';
import type { App } from '../../../context.ts';
import { Failure } from '../../../errors.ts';
import { isUuid } from '../../../lib/ids.ts';
import { takesBrowser } from '../../values/availability.ts';
import { contextOf, enterAs, type SignInContext } from '../sign-in-context.ts';
import type { SignInFacts, SignInPage, Visit } from '../sign-in-page.ts';
import { gone, nameOfWorkspace, refusal } from '../visited-sign-in.ts';
import { startSignedIn } from './start-signed-in.ts';

/** Between the id of a connector and the workspace, in the last part of the page's address. */
const mark = '~';

/** The page of ours where a person connects a connector that nothing of theirs is connected to; absent where they submit values instead. */
export function newSignInPage(
  { publicUrl }: { readonly publicUrl: string },
  connector: Pick<Connector, 'id' | 'auth_modes'>,
  workspaceId: string,
): string | undefined {
  return connector.auth_modes.some(takesBrowser)
    ? `${publicUrl}/connect/${connector.id}${mark}${workspaceId}`
    : undefined;
}

/** Asks before a connection is made for whoever is signed in; it changes nothing (S18). */
export async function askNew(app: App, visit: Visit & { readonly token: string }): Promise<SignInPage> {
  const found = await findNew(app, visit);
  if ('page' in found) return found;
  const { ctx, connector, facts } = found;
  const person = (await findPerson(app.storage, ctx.caller.userId))?.email ?? '';
  const scopes = connector.oauth?.scopes ?? [];
  return { page: 'ask', facts: { ...facts, token: visit.token, person, askedBy: 'You', scopes, leadsTo: null } };
}

/** Makes the connection and sends the person on to the provider; to the page of the one that is connected already. */
export async function continueNew(app: App, visit: Visit & { readonly token: string }): Promise<SignInPage> {
  const found = await findNew(app, visit);
  if ('page' in found) return found;
  const { ctx, connector, authMode, facts } = found;
  try {
    const { oauthUrl } = await startSignedIn(ctx, { connector, authMode, label: connector.name });
    return oauthUrl === null ? { page: 'closing', facts: { ...facts, identity: null } } : { page: 'go', to: oauthUrl };
  } catch (error) {
    if (error instanceof Failure) return refusal(error.message, facts);
    throw error;
  }
}

/** Whether the last part of an address names a connector of the catalog, and not something that was begun. */
export function namesConnector({ catalog }: Pick<App, 'catalog'>, token: string): boolean {
  return catalog.find(token.split(mark)[0] ?? '') !== undefined;
}

interface NewSignIn {
  readonly ctx: SignInContext;
  readonly connector: Connector;
  readonly authMode: Extract<AuthMode, 'mcp_oauth' | 'byo_oauth'>;
  readonly facts: SignInFacts;
}

async function findNew(app: App, visit: Visit & { readonly token: string }): Promise<NewSignIn | SignInPage> {
  const { token, person } = visit;
  const [slug = '', workspaceId = ''] = token.split(mark);
  const connector = app.catalog.find(slug);
  const authMode = connector?.auth_modes.find(takesBrowser);
  if (!connector || !authMode || !isUuid(workspaceId)) return refusal(gone);
  if (person === undefined) return { page: 'sign_in', to: `/connect/${encodeURIComponent(token)}` };
  const caller = await enterAs(app, person, workspaceId.toLowerCase());
  if (caller === undefined || !roleAtLeast(caller.role, 'MEMBER')) return refusal(gone);
  const ctx = contextOf(app, caller, visit);
  const { id, name } = connector;
  const workspace = await nameOfWorkspace(ctx);
  return { ctx, connector, authMode, facts: { connectionId: '', connector: { id, name }, label: name, workspace } };
}
