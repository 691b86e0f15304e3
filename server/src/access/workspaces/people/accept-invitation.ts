import { Failure } from '../../../errors.ts';
import { appendEvent } from '../../../events/append-event.ts';
import type { Clock } from '../../../lib/clock.ts';
import { isoTime } from '../../../lib/clock.ts';
import { newId } from '../../../lib/ids.ts';
import type { Secret } from '../../../lib/secret.ts';
import type { Storage, SystemTrx, WorkspaceTrx } from '../../../storage/storage.ts';
import type { PeopleAuth } from '../../sign-in/better-auth.ts';
import type { Role } from '../../caller.ts';
import { bumpGeneration } from '../../generations.ts';
import { roleOf } from '../../keys/api-key-store.ts';
import { isoMoment } from '../../tables.ts';
import { tokenName } from './invitations.ts';
import { checkPassword } from './owner-sign-in.ts';
import { insertCrewMember, insertMember, insertPerson, putPassword } from './person-store.ts';

declare module '../../../events/append-event.ts' {
  interface EventTypes {
    'invitation.accepted': { readonly email: string; readonly role: Role };
  }
}

/** What the page behind an invitation's link shows. */
export interface OpenInvitation {
  readonly workspace: string;
  readonly email: string;
  readonly role: Role;
  readonly expiresAt: string;
  /** Whether somebody signs in here with this e-mail address already. */
  readonly isKnown: boolean;
}

/** Who accepts: somebody new, who chooses a name and a password, or somebody signed in here. */
export type Acceptance =
  | { readonly token: string; readonly name: string; readonly password: Secret }
  | { readonly token: string; readonly userId: string };

export interface Welcoming {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly auth: Pick<PeopleAuth, 'hashPassword'>;
}

/** The invitation a link stands for. Throws NOT_FOUND where it was used or cancelled, or has expired. */
export async function readInvitation(
  { storage, clock }: Omit<Welcoming, 'auth'>,
  token: string,
): Promise<OpenInvitation> {
  const row = await findPending(storage, clock, token);
  const workspace = await storage.rows
    .selectFrom('workspaces')
    .select('name')
    .where('id', '=', row.workspace_id)
    .executeTakeFirstOrThrow();
  const known = await storage.rows.selectFrom('people').select('id').where('email', '=', row.email).executeTakeFirst();
  return {
    workspace: workspace.name,
    email: row.email,
    role: roleOf(row.role),
    expiresAt: isoMoment(row.expires_at),
    isKnown: known !== undefined,
  };
}

/** Joins the workspace, once. Throws NOT_FOUND like `readInvitation`, CONFLICT where the e-mail signs in here already. */
export async function acceptInvitation(
  welcoming: Welcoming,
  acceptance: Acceptance,
): Promise<{ readonly userId: string; readonly workspaceId: string }> {
  const { storage, clock, auth } = welcoming;
  const invitation = await findPending(storage, clock, acceptance.token);
  const passwordHash =
    'password' in acceptance ? await auth.hashPassword(checkPassword(acceptance.password)) : undefined;
  return storage.transact(async (system) => {
    const trx = system.workspace(invitation.workspace_id);
    await bumpGeneration(trx);
    await take(trx, clock, invitation.id);
    await system.rows.deleteFrom('verifications').where('identifier', '=', tokenName(acceptance.token)).execute();
    const userId = await personOf(system, clock, { invitation, acceptance, passwordHash });
    await join(trx, clock, { userId, invitation });
    return { userId, workspaceId: invitation.workspace_id };
  });
}

interface PendingRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly email: string;
  readonly role: string;
  readonly crew_id: string | null;
  readonly expires_at: Date | string;
}

async function findPending(storage: Storage, clock: Clock, token: string): Promise<PendingRow> {
  const row = await storage.rows
    .selectFrom('verifications')
    .innerJoin('invitations', 'invitations.id', 'verifications.value')
    .select([
      'invitations.id',
      'invitations.workspace_id',
      'invitations.email',
      'invitations.role',
      'invitations.crew_id',
      'invitations.expires_at',
    ])
    .where('verifications.identifier', '=', tokenName(token))
    .where('invitations.status', '=', 'pending')
    .where('invitations.expires_at', '>', isoTime(clock))
    .executeTakeFirst();
  if (row === undefined) throw notOpen();
  return row;
}

/** Of two who accept at once, one finds it taken. */
async function take(trx: WorkspaceTrx, clock: Clock, id: string): Promise<void> {
  const { numUpdatedRows } = await trx.rows
    .updateTable('invitations')
    .set({ status: 'accepted' })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('expires_at', '>', isoTime(clock))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw notOpen();
}

async function personOf(
  trx: SystemTrx,
  clock: Clock,
  {
    invitation,
    acceptance,
    passwordHash,
  }: { invitation: PendingRow; acceptance: Acceptance; passwordHash: string | undefined },
): Promise<string> {
  if ('userId' in acceptance) return signedInAs(trx, acceptance.userId, invitation.email);
  const person = { id: newId(clock.now()), name: acceptance.name, email: invitation.email };
  if (!(await insertPerson(trx, clock, person))) {
    throw new Failure(
      'CONFLICT',
      'Somebody with this e-mail address signs in here already. Sign in, then open the link again.',
    );
  }
  await putPassword(trx, clock, { userId: person.id, hash: passwordHash ?? '' });
  return person.id;
}

/** An invitation is for its e-mail address, not for whoever finds the link. */
async function signedInAs(trx: SystemTrx, userId: string, email: string): Promise<string> {
  const person = await trx.rows.selectFrom('people').select('email').where('id', '=', userId).executeTakeFirst();
  if (person?.email === email) return userId;
  throw new Failure('FORBIDDEN', 'This invitation is for another e-mail address. Sign in with that one.');
}

async function join(
  trx: WorkspaceTrx,
  clock: Clock,
  { userId, invitation }: { userId: string; invitation: PendingRow },
): Promise<void> {
  const role = roleOf(invitation.role);
  if (!(await insertMember(trx, clock, { userId, role })))
    throw new Failure('CONFLICT', 'You are a member of this workspace already.');
  const crew = invitation.crew_id ?? undefined;
  const stands = crew && (await trx.rows.selectFrom('crews').select('id').where('id', '=', crew).executeTakeFirst());
  if (stands) await insertCrewMember(trx, clock, { crewId: stands.id, userId });
  const data = { email: invitation.email, role };
  const actor = { principal: 'system', userId };
  await appendEvent(trx, clock, { type: 'invitation.accepted', actor, subject: `invitation:${invitation.id}`, data });
}

function notOpen(): Failure {
  return new Failure('NOT_FOUND', 'This invitation was used or cancelled already, or has expired. Ask for a new one.');
}
