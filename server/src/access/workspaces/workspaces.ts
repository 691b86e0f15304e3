import { Failure } from '../../errors.ts';
import { actorOf } from '../../events/append-event.ts';
import { pageStart } from '../../events/page-start.ts';
import type { Page } from '../../lib/cursor.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Acting, PageQuery } from '../acting.ts';
import { pageBy } from '../page-by.ts';
import type { Role } from '../caller.ts';
import { roleOf } from '../keys/api-key-store.ts';
import { isoMoment } from '../tables.ts';
import { makeWorkspace } from './make-workspace.ts';
import type { OnWorkspaceCreated } from './make-workspace.ts';
import { readRevealHeaders, type RevealHeaders } from './reveal-headers.ts';
import { slugFor } from './slug.ts';

export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: string;
}

/** A workspace as one of its members sees it. */
export interface OwnWorkspace extends Workspace {
  readonly role: Role;
  readonly revealHeaders: RevealHeaders;
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
  return { id, slug, name, createdAt, role: 'OWNER', revealHeaders: 'managers' };
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
    .innerJoin('workspace_state', 'workspace_state.workspace_id', 'workspaces.id')
    .select(workspaceColumns)
    .select('members.role')
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
    .innerJoin('workspace_state', 'workspace_state.workspace_id', 'workspaces.id')
    .select(workspaceColumns)
    .where('workspaces.id', '=', db.workspaceId)
    .executeTakeFirst();
  if (row === undefined) throw new Failure('NOT_FOUND', 'This workspace no longer exists.');
  return ownWorkspace(row, caller.role);
}

const workspaceColumns = [
  'workspaces.id',
  'workspaces.slug',
  'workspaces.name',
  'workspaces.created_at',
  'workspace_state.reveal_headers',
] as const;

interface WorkspaceRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created_at: Date | string;
  readonly reveal_headers: string;
}

function ownWorkspace(row: WorkspaceRow, role: Role): OwnWorkspace {
  const { id, slug, name } = row;
  const revealHeaders = readRevealHeaders(row.reveal_headers);
  return { id, slug, name, createdAt: isoMoment(row.created_at), role, revealHeaders };
}
