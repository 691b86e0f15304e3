import { bumpGeneration } from '../../access/generations.ts';
import { accessToken } from '../../catalog/meant/brought-values.ts';
import type { Connector } from '../../catalog/connector.ts';
import type { App } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { ProbeResult } from '../../transports/probe.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import { findConnectorOf } from '../connector-of.ts';
import { changeConnection, findConnection } from '../connection-store.ts';
import { forcedCredentials, freshCredentials, type Freshening } from '../renewing/fresh-credentials.ts';
import type { Renewing } from '../renewing/renew.ts';
import { prepareTools } from '../tools/store-tools.ts';
import { isSubmitted } from '../values/availability.ts';
import { probeValues } from './probe-values.ts';

declare module '../../jobs/jobs.ts' {
  interface JobTypes {
    'connection.check': { readonly connectionId: string };
  }
}

/** What a check found, while the connection is still the one that was asked about. */
export type CheckResult = 'connected' | 'auth_failed' | 'unreachable' | 'gone';

export interface Check {
  readonly result: CheckResult;
  /** What the provider made of it; absent where there is nothing to ask about. */
  readonly probe?: ProbeResult;
}

type Checking = Renewing & Pick<App, 'localServers' | 'sqlite'>;

/** The job `connection.check`: once it is checked it is done; a provider that cannot be asked is asked again later. */
export function checkInBackground(app: Checking): JobHandler<'connection.check'> {
  return async ({ workspaceId, payload, signal }) => {
    const { result } = await checkConnection(app, { workspaceId, connectionId: payload.connectionId, signal });
    if (result === 'unreachable') throw new Error('The provider cannot be reached.');
  };
}

/**
 * Probes a connection with what it has, its token renewed first where that is over, and records what came of it; one that was
 * changed meanwhile is probed again. An unreachable provider changes nothing but the reason.
 */
export async function checkConnection(
  app: Checking,
  target: { readonly workspaceId: string; readonly connectionId: string; readonly signal: AbortSignal },
): Promise<Check> {
  const db = app.storage.workspace(target.workspaceId);
  const found = await findConnection(db, target.connectionId);
  const connector = found && (await findConnectorOf({ ...app, db }, found));
  if (!found || !connector || found.deletedAt !== null) return { result: 'gone' };
  const asking = { ...app, db, signal: target.signal };
  const fresh = await freshCredentials(asking, found);
  // What a renewal brought may have changed where the connection is.
  const connection = (await findConnection(db, found.id)) ?? found;
  if ('refused' in fresh && fresh.refused.status === 'rejected')
    return { result: 'auth_failed', probe: { ok: false, message: fresh.refused.message } };
  const probe =
    'refused' in fresh
      ? ({ unreachable: true, message: fresh.refused.message } as const)
      : await probeTwice(asking, { connection, connector, credentials: fresh });
  const tools = 'ok' in probe && probe.ok && probe.tools;
  const storeTools = tools ? prepareTools(app.clock, connection, tools) : undefined;
  const isSignedIn = !('refused' in fresh) && Object.hasOwn(fresh.secrets, accessToken);
  const kept = await db.transact((trx) => keepResult(trx, { app, connection, isSignedIn, probe, storeTools }));
  if (!kept) return checkConnection(app, target);
  if ('unreachable' in probe) return { result: 'unreachable', probe };
  return { result: probe.ok ? 'connected' : 'auth_failed', probe };
}

interface Probed {
  readonly connection: Connection;
  readonly connector: Connector;
  readonly credentials: Credentials;
}

/** Where the provider turns the token down, once more with a newer one (003.2). */
async function probeTwice(
  app: Freshening & Checking,
  { connection, connector, credentials }: Probed,
): Promise<ProbeResult> {
  const probing = { ...app, workspaceId: connection.workspaceId };
  const first = await probeValues(probing, connector, { ...connection, credentials });
  if (!('ok' in first) || first.ok || first.unproven !== true) return first;
  const newer = await forcedCredentials(app, connection, credentials);
  if (newer === undefined) return first;
  if ('refused' in newer) return { unreachable: true, message: newer.refused.message };
  return probeValues(probing, connector, { ...connection, credentials: newer });
}

interface Finding {
  readonly app: Pick<App, 'clock'>;
  readonly connection: Connection;
  /** Whether there is a token of somebody who signed in. */
  readonly isSignedIn: boolean;
  readonly probe: ProbeResult;
  /** Puts the tools that were seen; the status that lets them be called comes with them. */
  readonly storeTools: ((trx: WorkspaceTrx) => Promise<void>) | undefined;
}

async function keepResult(trx: WorkspaceTrx, finding: Finding): Promise<boolean> {
  const { connection, storeTools } = finding;
  if (isKnown(connection, statusAfter(connection, finding)) && storeTools === undefined) return true;
  await bumpGeneration(trx);
  // A renewal that came to something in the meantime knows more than this probe.
  const now = await findConnection(trx, connection.id);
  if (now?.status !== connection.status) return now === undefined;
  if (!(await keepStatus(trx, finding))) return false;
  await storeTools?.(trx);
  return true;
}

async function keepStatus(trx: WorkspaceTrx, finding: Finding): Promise<boolean> {
  const { app, connection, probe } = finding;
  const after = statusAfter(connection, finding);
  if (isKnown(connection, after)) return true;
  const change = { ...after, updated_at: isoTime(app.clock) };
  if (!(await changeConnection(trx, connection, change))) return false;
  if (change.status === connection.status) return true;
  const data = { connector: connection.connectorId };
  const event =
    'unreachable' in probe || !probe.ok
      ? ({ type: 'connection.failed', data: { ...data, status: change.status, reason: probe.message } } as const)
      : ({ type: 'connection.connected', data: { ...data, identity: probe.identity } } as const);
  await appendEvent(trx, app.clock, { ...event, actor: systemActor, subject: subjectOf(connection) });
  return true;
}

/** Whether a check found nothing new. While connected there is no reason to keep, so that a blip moves nothing (003.2). */
function isKnown({ status, statusReason }: Connection, after: ReturnType<typeof statusAfter>): boolean {
  return after.status === status && (status === 'connected' || after.status_reason === statusReason);
}

/**
 * The one transition: accepted → connected, rejected → auth_failed, unreachable → as it was, with the reason (003.2). What
 * waits for somebody to sign in goes on waiting: there is nothing yet that could be rejected. A token that is over stays so,
 * and who signed in stays who it is.
 */
export function statusAfter(
  connection: Pick<Connection, 'status' | 'statusReason' | 'authMode' | 'identity'>,
  { probe, isSignedIn = false }: { readonly probe: ProbeResult; readonly isSignedIn?: boolean },
) {
  const isWaiting = connection.status === 'pending' && !isSubmitted(connection.authMode) && !isSignedIn;
  if (isWaiting && !('ok' in probe && probe.ok))
    return { status: 'pending', status_reason: connection.statusReason } as const;
  const isOver = connection.status === 'token_expired' && isSignedIn;
  if (isOver && !('ok' in probe && probe.ok))
    return { status: connection.status, status_reason: connection.statusReason };
  if ('unreachable' in probe) return { status: connection.status, status_reason: probe.message };
  if (!probe.ok) return { status: 'auth_failed', status_reason: probe.message } as const;
  const identity = probe.identity ?? (isSignedIn ? connection.identity : null);
  return { status: 'connected', status_reason: null, identity } as const;
}
