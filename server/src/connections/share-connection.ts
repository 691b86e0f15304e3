import { grantsAuthority } from '../access/acting.ts';
import { type Caller, roleAtLeast } from '../access/caller.ts';
import { findCrew } from '../access/workspaces/crews.ts';
import { Failure } from '../errors.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { Connection } from './connection.ts';
import type { ConnectionRow } from './connection-store.ts';

/** Who is to use a connection from now on; a crew by id or slug. */
export type Sharing = { readonly scope: 'personal' | 'workspace' } | { readonly scope: 'crew'; readonly crew: string };

/** The same with the crew found. */
type Audience =
  | { readonly scope: 'personal' | 'workspace'; readonly crewId: null }
  | { readonly scope: 'crew'; readonly crewId: string };

/**
 * The columns that give a connection to others, none where it is theirs already; run after the workspace's generation was
 * bumped, so that the crew stays. Throws BAD_REQUEST for an end user's connection, FORBIDDEN for whoever may not share it so (S3) and NOT_FOUND for an unknown crew.
 */
export async function shareWith(
  trx: WorkspaceTrx,
  {
    caller,
    connection,
    sharing,
  }: { readonly caller: Caller; readonly connection: Connection; readonly sharing: Sharing },
): Promise<Partial<ConnectionRow>> {
  if (connection.endUser !== null) throw new Failure('BAD_REQUEST', theirsForGood);
  if (sharing.scope === connection.scope && sharing.scope !== 'crew') return {};
  requireManager(caller);
  const audience = await audienceOf(trx, sharing);
  if (audience.scope === connection.scope && audience.crewId === connection.crewId) return {};
  if (widens(connection, audience, caller) && !grantsAuthority(caller)) throw new Failure('FORBIDDEN', widening);
  return {
    scope: audience.scope,
    owner_user_id: audience.scope === 'personal' ? caller.userId : null,
    crew_id: audience.crewId,
    generation: connection.generation + 1,
  };
}

/** Whether somebody may use the connection afterwards who may not now. */
function widens(
  { scope, crewId }: Pick<Connection, 'scope' | 'crewId'>,
  to: Audience,
  { crews }: Pick<Caller, 'crews'>,
): boolean {
  if (scope === 'workspace') return false;
  if (to.scope !== 'personal') return to.scope !== scope || to.crewId !== crewId;
  return scope === 'crew' && !crews.has(crewId ?? '');
}

const theirsForGood = 'This connection belongs to an end user of an app: nobody else can ever use it.';

const widening =
  'Letting others use a connection takes a person who is signed in or a key with the scope admin. Share it in the dashboard.';

function requireManager({ role }: Caller): void {
  if (roleAtLeast(role, 'MANAGER')) return;
  throw new Failure('FORBIDDEN', `Sharing a connection takes the role MANAGER in the workspace; yours is ${role}.`);
}

async function audienceOf(trx: WorkspaceTrx, sharing: Sharing): Promise<Audience> {
  if (sharing.scope !== 'crew') return { scope: sharing.scope, crewId: null };
  const crew = await findCrew(trx, sharing.crew);
  if (crew) return { scope: 'crew', crewId: crew.id };
  throw new Failure('NOT_FOUND', `There is no crew "${sharing.crew}" in this workspace.`);
}
