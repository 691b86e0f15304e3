import { type Grant, findGrant } from '../../credentials/grants/grant-store.ts';
import { leasedFor } from '../../credentials/grants/lease-grant.ts';
import { openGrant } from '../../credentials/grants/seal-grant.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { findConnection } from '../connection-store.ts';
import { findConnectorOf } from '../connector-of.ts';
import { askUnderLease } from './asking/ask-under-lease.ts';
import { questionOf, repeatsOf } from './asking/question-of.ts';
import { decideRenewal, type RenewalReason } from './decide-renewal.ts';
import type { Renewal, RenewalTarget, Renewing } from './renew.ts';
import { endToken } from './settling/end-token.ts';
import { putOff, retryMs } from './settling/put-off.ts';

/**
 * One try at renewing a token. The grant is read before the connection: a token that another process keeps in between is then
 * seen on the connection.
 */
export async function tryRenewal(app: Renewing, target: RenewalTarget): Promise<Renewal> {
  const db = app.storage.workspace(target.workspaceId);
  const grant = await findGrant(db, target.connectionId);
  const forMs = await leasedFor(db, app.storage.engine, target.connectionId);
  const connection = await findConnection(db, target.connectionId);
  if (connection === undefined || connection.deletedAt !== null)
    return { is: 'over', message: 'The connection is gone.' };
  if (target.seen !== undefined && isNewer(connection, target.seen)) return { is: 'renewed' };
  if (forMs > 0) return { is: 'held', forMs };
  return decide(app, { db, connection, grant, reason: target.reason });
}

function isNewer(now: Connection, seen: NonNullable<RenewalTarget['seen']>): boolean {
  return now.credentialsVersion > seen.credentialsVersion || now.generation > seen.generation;
}

interface Wanted {
  readonly db: WorkspaceDb;
  readonly connection: Connection;
  readonly grant: Grant | undefined;
  readonly reason: RenewalReason;
}

async function decide(app: Renewing, { db, connection, grant, reason }: Wanted): Promise<Renewal> {
  const opened = grant && { grant, secrets: await openGrant({ vault: app.vault, db }, grant) };
  const { secrets } = opened ?? {};
  const connector = await findConnectorOf({ ...app, db }, connection);
  const isRenewable = secrets?.kind === 'exchange' || secrets?.refreshToken !== undefined;
  const facts = { reason, now: app.clock.now(), isRenewable, repeats: repeatsOf(connector, secrets) };
  const decision = decideRenewal({ ...facts, grant: grant ?? withoutGrant(connection) });
  if (decision.is === 'wait') return putOff(app, { db, grant, until: decision.until, message: decision.message });
  const ending = { db, connection, grant, kind: secrets?.kind ?? 'code' } as const;
  if (decision.is === 'end') return endToken(app, { ...ending, message: decision.message });
  if (opened === undefined) throw new Error('A token is to be renewed with nothing to renew it with.');
  const question = await questionOf(app, { db, connection, connector, reason, ...opened });
  if (!('problem' in question)) return askUnderLease(app, question);
  const { problem: message, isFinal = false } = question;
  const isOver = opened.grant.expiresAt !== undefined && opened.grant.expiresAt <= facts.now;
  if (isFinal && isOver) return endToken(app, { ...ending, message });
  return putOff(app, { db, grant, until: facts.now + retryMs(opened.grant.failures + 1), message });
}

/** A token that came without anything to renew it. */
function withoutGrant({ createdAt, expiresAt }: Connection) {
  const end = expiresAt === null ? undefined : Date.parse(expiresAt);
  return { obtainedAt: Date.parse(createdAt), expiresAt: end, renewAt: end, failures: 0, problem: null, unanswered: 0 };
}
