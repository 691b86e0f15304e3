import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { pageStart } from '../../events/page-start.ts';
import type { Page } from '../../lib/cursor.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Acting, PageQuery } from '../acting.ts';
import { pageBy } from '../page-by.ts';
import { requireAuthority } from '../acting.ts';
import type { Role } from '../caller.ts';
import { roleOf } from '../keys/api-key-store.ts';
import { isoMoment } from '../tables.ts';
import { makeWorkspace } from './make-workspace.ts';
import type { OnWorkspaceCreated } from './make-workspace.ts';
import { slugFor } from './slug.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'workspace.renamed': { readonly name: string };
  }
}

export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: string;
}

/** A workspace as one of its members sees it. */
export interface OwnWorkspace extends Workspace {
  readonly role: Role;
}

/** What making a workspace takes besides who asks for it. */
export interface CreatesWorkspaces extends Acting {
  readonly storage: Storage;
  readonly onWorkspaceCreated: OnWorkspaceCreated;
}

/** Makes a workspace owned by the operator, who alone may ask for one (S2, S22). Throws CONFLICT where the slug is taken. */
export async function createWorkspace(
  acting: CreatesWorkspaces,
  wish: { readonly name: string; readonly slug?: string | undefined },
): Promise<OwnWorkspace> {
  const { caller, clock, storage, onWorkspaceCreated } = acting;
  if (!caller.operator)
    throw new Failure('FORBIDDEN', 'Only the operator of this installation makes workspaces. Ask them for one.');
  const { name } = wish;
  const slug = slugFor(wish);
  const createdAt = new Date(clock.now()).toISOString();
  const id = await storage.transact((trx) =>
    makeWorkspace({ trx, clock, onWorkspaceCreated }, { name, slug, ownerId: caller.userId, actor: actorOf(caller) }),
  );
  return { id, slug, name, createdAt, role: 'OWNER' };
}

/** The workspaces a person is a member of, newest first. A key knows its own alone: give its workspace. */
export async function listWorkspaces(
  storage: Pick<Storage, 'rows'>,
  member: { readonly userId: string; readonly workspaceId?: string | undefined },
  page: PageQuery,
): Promise<Page<OwnWorkspace>> {
  const { at, id } = pageStart(page.cursor);
  let query = storage.rows
    .selectFrom('workspaces')
    .innerJoin('members', 'members.workspace_id', 'workspaces.id')
    .select(['workspaces.id', 'workspaces.slug', 'workspaces.name', 'workspaces.created_at', 'members.role'])
    .where('members.user_id', '=', member.userId);
  if (member.workspaceId !== undefined) query = query.where('workspaces.id', '=', member.workspaceId);
  const rows = await query
    .where(({ eb, refTuple, tuple }) => eb(refTuple('workspaces.created_at', 'workspaces.id'), '<', tuple(at, id)))
    .orderBy('workspaces.created_at', 'desc')
    .orderBy('workspaces.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const own = rows.map((row) => ownWorkspace(row, roleOf(row.role)));
  return pageBy(own, page.limit, (workspace) => workspace.createdAt);
}

/** The workspace the caller is in. */
export async function readWorkspace({ db, caller }: Acting): Promise<OwnWorkspace> {
  const row = await db.rows
    .selectFrom('workspaces')
    .select(['id', 'slug', 'name', 'created_at'])
    .where('id', '=', db.workspaceId)
    .executeTakeFirst();
  if (row === undefined) throw new Failure('NOT_FOUND', 'This workspace no longer exists.');
  return ownWorkspace(row, caller.role);
}

/** Gives the workspace another name; its slug stays, because others have written it down. */
export async function renameWorkspace({ caller, db, clock }: Acting, name: string): Promise<void> {
  requireAuthority(caller);
  await db.transact(async (trx) => {
    await trx.rows.updateTable('workspaces').set({ name }).where('id', '=', db.workspaceId).execute();
    const subject = `workspace:${db.workspaceId}`;
    await appendEvent(trx, clock, { type: 'workspace.renamed', actor: actorOf(caller), subject, data: { name } });
  });
}

interface WorkspaceRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created_at: Date | string;
}

function ownWorkspace(row: WorkspaceRow, role: Role): OwnWorkspace {
  return { id: row.id, slug: row.slug, name: row.name, createdAt: isoMoment(row.created_at), role };
}
