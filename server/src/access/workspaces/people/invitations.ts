import { Failure } from '../../../errors.ts';
import { actorOf, appendEvent } from '../../../events/append-event.ts';
import { pageStart } from '../../../events/page-start.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { Page } from '../../../lib/cursor.ts';
import { sha256 } from '../../../lib/digest.ts';
import { newId, randomToken } from '../../../lib/ids.ts';
import { Secret } from '../../../lib/secret.ts';
import type { WorkspaceDb, WorkspaceTrx } from '../../../storage/storage.ts';
import type { Acting, PageQuery } from '../../acting.ts';
import { pageBy } from '../../page-by.ts';
import { requireAuthority } from '../../acting.ts';
import { roleAtLeast } from '../../caller.ts';
import type { Role } from '../../caller.ts';
import { roleOf } from '../../keys/api-key-store.ts';
import { isoMoment } from '../../tables.ts';
import { findCrew } from '../crews.ts';

declare module '../../../events/append-event.ts' {
  interface EventTypes {
    'invitation.created': { readonly email: string; readonly role: Role };
    'invitation.cancelled': { readonly email: string };
  }
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly crewId: string | null;
  readonly invitedBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface InvitationWish {
  readonly email: string;
  readonly role: Role;
  /** Id or slug of the crew they join as well. */
  readonly crew?: string | undefined;
}

const validForMs = 7 * 86_400_000;

/** Invites somebody for a week. The token for their link is shown once; only its hash is kept. */
export async function createInvitation(
  { caller, db, clock }: Acting,
  wish: InvitationWish,
): Promise<{ readonly invitation: Invitation; readonly token: Secret }> {
  requireAuthority(caller);
  if (!roleAtLeast(caller.role, wish.role)) {
    throw new Failure(
      'FORBIDDEN',
      `You cannot invite somebody as ${wish.role}: that is above your role (${caller.role}).`,
    );
  }
  const token = new Secret(randomToken());
  const email = wish.email.toLowerCase();
  const invitation = await db.transact(async (trx) => {
    await refuseMember(trx, email);
    const made: Invitation = {
      id: newId(clock.now()),
      email,
      role: wish.role,
      crewId: await crewIdOf(trx, wish.crew),
      invitedBy: caller.userId,
      createdAt: isoTime(clock),
      expiresAt: isoTime(clock, validForMs),
    };
    await insertInvitation(trx, made, token);
    const data = { email, role: wish.role };
    await appendEvent(trx, clock, {
      type: 'invitation.created',
      actor: actorOf(caller),
      subject: `invitation:${made.id}`,
      data,
    });
    return made;
  });
  return { invitation, token };
}

/** The invitations nobody has accepted yet, newest first; expired ones included. */
export async function listInvitations(db: WorkspaceDb, page: PageQuery): Promise<Page<Invitation>> {
  const { at, id } = pageStart(page.cursor);
  const rows = await db.rows
    .selectFrom('invitations')
    .select(['id', 'email', 'role', 'crew_id', 'inviter_id', 'created_at', 'expires_at'])
    .where('status', '=', 'pending')
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(at, id)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageBy(rows.map(invitationOf), page.limit, (invitation) => invitation.createdAt);
}

/** Takes an invitation back: its link no longer works. Throws NOT_FOUND where it was accepted or cancelled already. */
export async function cancelInvitation({ caller, db, clock }: Acting, id: string): Promise<void> {
  await db.transact(async (trx) => {
    const row = await trx.rows
      .updateTable('invitations')
      .set({ status: 'canceled' })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .returning('email')
      .executeTakeFirst();
    if (row === undefined)
      throw new Failure('NOT_FOUND', 'There is no such invitation, or it was accepted or cancelled already.');
    const data = { email: row.email };
    await appendEvent(trx, clock, {
      type: 'invitation.cancelled',
      actor: actorOf(caller),
      subject: `invitation:${id}`,
      data,
    });
  });
}

function invitationOf(row: {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly crew_id: string | null;
  readonly inviter_id: string;
  readonly created_at: Date | string;
  readonly expires_at: Date | string;
}): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: roleOf(row.role),
    crewId: row.crew_id,
    invitedBy: row.inviter_id,
    createdAt: isoMoment(row.created_at),
    expiresAt: isoMoment(row.expires_at),
  };
}

/** Under what name the hash of an invitation's token is kept. */
export function tokenName(token: string): string {
  return `invitation:${sha256(token)}`;
}

async function refuseMember(trx: WorkspaceTrx, email: string): Promise<void> {
  const member = await trx.rows
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.user_id')
    .select('people.id')
    .where('people.email', '=', email)
    .executeTakeFirst();
  if (member !== undefined) throw new Failure('CONFLICT', 'This person is a member of the workspace already.');
}

async function crewIdOf(trx: WorkspaceTrx, crew: string | undefined): Promise<string | null> {
  if (crew === undefined) return null;
  const found = await findCrew(trx, crew);
  if (found === undefined) throw new Failure('NOT_FOUND', 'There is no such crew in this workspace.');
  return found.id;
}

async function insertInvitation(trx: WorkspaceTrx, invitation: Invitation, token: Secret): Promise<void> {
  const { id, email, role, crewId, invitedBy, createdAt, expiresAt } = invitation;
  const times = { created_at: createdAt, expires_at: expiresAt };
  await trx.rows
    .insertInto('invitations')
    .values({ id, email, role, crew_id: crewId, inviter_id: invitedBy, status: 'pending', ...times })
    .execute();
  const identifier = tokenName(token.reveal());
  await trx.rows
    .insertInto('verifications')
    .values({ id: newId(), identifier, value: id, updated_at: createdAt, ...times })
    .execute();
}
