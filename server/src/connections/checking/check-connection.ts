import { bumpGeneration } from '../../access/generations.ts';
import type { App } from '../../context.ts';
import { openCredentials } from '../../credentials/open-credentials.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { ProbeResult } from '../../transports/probe.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import { findConnectorOf } from '../connector-of.ts';
import { changeConnection, findConnection } from '../connection-store.ts';
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

type Checking = Pick<App, 'storage' | 'vault' | 'catalog' | 'egress' | 'clock' | 'config' | 'localServers' | 'sqlite'>;

/** The job `connection.check`: once it is checked it is done; a provider that cannot be asked is asked again later. */
export function checkInBackground(app: Checking): JobHandler<'connection.check'> {
  return async ({ workspaceId, payload, signal }) => {
    const { result } = await checkConnection(app, { workspaceId, connectionId: payload.connectionId, signal });
    if (result === 'unreachable') throw new Error('The provider cannot be reached.');
  };
}

/**
 * Probes a connection with what it has and records what came of it; one that was changed meanwhile is probed again. An
 * unreachable provider changes nothing but the reason.
 */
export async function checkConnection(
  app: Checking,
  target: { readonly workspaceId: string; readonly connectionId: string; readonly signal: AbortSignal },
): Promise<Check> {
  const db = app.storage.workspace(target.workspaceId);
  const connection = await findConnection(db, target.connectionId);
  const connector = connection && (await findConnectorOf({ ...app, db }, connection));
  if (!connection || !connector || connection.deletedAt !== null) return { result: 'gone' };
  const credentials = await openCredentials({ vault: app.vault, db }, connection.id);
  const probe = await probeValues({ ...app, ...target }, connector, { ...connection, credentials });
  const tools = 'ok' in probe && probe.ok && probe.tools;
  const storeTools = tools ? prepareTools(app.clock, connection, tools) : undefined;
  const kept = await db.transact((trx) => keepResult(trx, { app, connection, probe, storeTools }));
  if (!kept) return checkConnection(app, target);
  if ('unreachable' in probe) return { result: 'unreachable', probe };
  return { result: probe.ok ? 'connected' : 'auth_failed', probe };
}

interface Finding {
  readonly app: Pick<App, 'clock'>;
  readonly connection: Connection;
  readonly probe: ProbeResult;
  /** Puts the tools that were seen; the status that lets them be called comes with them. */
  readonly storeTools: ((trx: WorkspaceTrx) => Promise<void>) | undefined;
}

async function keepResult(trx: WorkspaceTrx, finding: Finding): Promise<boolean> {
  const { connection, probe, storeTools } = finding;
  if (isKnown(connection, statusAfter(connection, probe)) && storeTools === undefined) return true;
  await bumpGeneration(trx);
  if (!(await keepStatus(trx, finding))) return false;
  await storeTools?.(trx);
  return true;
}

async function keepStatus(trx: WorkspaceTrx, { app, connection, probe }: Finding): Promise<boolean> {
  const after = statusAfter(connection, probe);
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
 * waits for somebody to sign in goes on waiting: there is nothing yet that could be rejected.
 */
export function statusAfter(connection: Connection, probe: ProbeResult) {
  const isWaiting = connection.status === 'pending' && !isSubmitted(connection.authMode);
  if (isWaiting && !('ok' in probe && probe.ok))
    return { status: 'pending', status_reason: connection.statusReason } as const;
  if ('unreachable' in probe) return { status: connection.status, status_reason: probe.message };
  if (!probe.ok) return { status: 'auth_failed', status_reason: probe.message } as const;
  return { status: 'connected', status_reason: null, identity: probe.identity } as const;
}
