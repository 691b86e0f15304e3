import { Failure } from '../../errors.ts';
import { appendEvent } from '../../events/append-event.ts';
import type { Actor } from '../../events/append-event.ts';
import type { Clock } from '../../lib/clock.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { SystemTrx, WorkspaceTrx } from '../../storage/storage.ts';
import { insertCrewMember, insertMember } from './people/person-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'workspace.created': { readonly name: string; readonly slug: string };
  }
}

/** What else a new workspace needs, in the same transaction: its vault key (S14). */
export type OnWorkspaceCreated = (trx: WorkspaceTrx) => Promise<void>;

export interface WorkspaceMaking {
  readonly trx: SystemTrx;
  readonly clock: Clock;
  readonly onWorkspaceCreated: OnWorkspaceCreated;
}

export interface NewWorkspace {
  readonly name: string;
  readonly slug: string;
  readonly ownerId: string;
  readonly actor: Actor;
}

/** Makes a workspace with its owner, crew `default` and project `default`; answers its id. Throws CONFLICT where the slug is taken. */
export async function makeWorkspace(
  { trx, clock, onWorkspaceCreated }: WorkspaceMaking,
  wish: NewWorkspace,
): Promise<string> {
  const id = newId(clock.now());
  const now = isoTime(clock);
  const made = await trx.rows
    .insertInto('workspaces')
    .values({ id, name: wish.name, slug: wish.slug, created_at: now })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made === undefined)
    throw new Failure('CONFLICT', `There is already a workspace with the slug ${wish.slug}. Choose another.`);
  const inside = trx.workspace(id);
  const crewId = newId(clock.now());
  await inside.rows.insertInto('workspace_state').values({ created_at: now }).execute();
  await insertMember(inside, clock, { userId: wish.ownerId, role: 'OWNER' });
  await inside.rows
    .insertInto('crews')
    .values({ id: crewId, slug: 'default', name: 'Default', created_at: now })
    .execute();
  await insertCrewMember(inside, clock, { crewId, userId: wish.ownerId });
  await inside.rows
    .insertInto('projects')
    .values({ id: newId(clock.now()), slug: 'default', name: 'Default', created_at: now })
    .execute();
  await onWorkspaceCreated(inside);
  const data = { name: wish.name, slug: wish.slug };
  await appendEvent(inside, clock, { type: 'workspace.created', actor: wish.actor, subject: `workspace:${id}`, data });
  return id;
}
