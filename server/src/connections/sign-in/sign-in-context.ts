import type { Caller } from '../../access/caller.ts';
import type { App, Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { OauthDoor } from '../../oauth/door.ts';
import type { Person, Visit } from './sign-in-page.ts';

/** Somebody in a workspace signing in to a provider: a request's context is one. */
export type SignInContext = App & Pick<Context, 'caller' | 'db' | 'signal'>;

/** The app as a caller in a workspace uses it. */
export function contextOf(app: App, caller: Caller, { signal }: Pick<Visit, 'signal'>): SignInContext {
  const { workspaceId } = caller;
  return { ...app, egress: app.egress.of(workspaceId), caller, db: app.storage.workspace(workspaceId), signal };
}

/** The person in a workspace; `undefined` where they are no member of it (any more), or an end user of another. */
export async function enterAs(app: App, person: Person, workspaceId: string): Promise<Caller | undefined> {
  if (person.via === 'connect_link') return person.caller.workspaceId === workspaceId ? person.caller : undefined;
  try {
    return await app.access.enter(person, { named: workspaceId });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** How the servers of a sign-in are reached. */
export function doorOf({ egress, clock, signal }: SignInContext, loopback: boolean): OauthDoor {
  return { egress, clock, signal, loopback };
}
