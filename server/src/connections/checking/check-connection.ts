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
import { storeTools } from '../tools/discovered-tools.ts';
import { probeValues } from './probe-values.ts';

/** What a check found, while the connection is still the one that was asked about. */
export type CheckResult = 'connected' | 'auth_failed' | 'unreachable' | 'gone';

type Checking = Pick<App, 'storage' | 'vault' | 'catalog' | 'egress' | 'clock' | 'config'>;

/** The job `connection.check`: once it is checked it is done; a provider that cannot be asked is asked again later. */
export function checkInBackground(app: Checking): JobHandler<'connection.check'> {
  return async ({ workspaceId, payload, signal }) => {
    const result = await checkConnection(app, { workspaceId, connectionId: payload.connectionId, signal });
    if (result === 'unreachable') throw new Error('The provider cannot be reached.');
  };
}

/** Probes a connection with what it has and records what came of it. An unreachable provider changes nothing but the reason. */
export async function checkConnection(
  app: Checking,
  target: { readonly workspaceId: string; readonly connectionId: string; readonly signal: AbortSignal },
): Promise<CheckResult> {
  const db = app.storage.workspace(target.workspaceId);
  const connection = await findConnection(db, target.connectionId);
  const connector = connection && (await findConnectorOf({ ...app, db }, connection));
  if (!connection || !connector || connection.deletedAt !== null) return 'gone';
  const credentials = await openCredentials({ vault: app.vault, db }, connection.id);
  const { config, loopback } = connection;
  const probe = await probeValues({ ...app, signal: target.signal }, connector, { config, loopback, credentials });
  const kept = await db.transact((trx) => keepResult(trx, { app, connection, probe }));
  if (!kept) return 'gone';
  if ('unreachable' in probe) return 'unreachable';
  if (probe.ok && probe.tools) await storeTools({ db, clock: app.clock }, connection, probe.tools);
  return probe.ok ? 'connected' : 'auth_failed';
}

interface Finding {
  readonly app: Pick<App, 'clock'>;
  readonly connection: Connection;
  readonly probe: ProbeResult;
}

async function keepResult(trx: WorkspaceTrx, { app, connection, probe }: Finding): Promise<boolean> {
  const after = statusAfter(connection, probe);
  if (after.status === connection.status && after.status_reason === connection.statusReason) return true;
  await bumpGeneration(trx);
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

/** The one transition: accepted → connected, rejected → auth_failed, unreachable → as it was, with the reason (003.2). */
export function statusAfter(connection: Connection, probe: ProbeResult) {
  if ('unreachable' in probe) return { status: connection.status, status_reason: probe.message };
  if (!probe.ok) return { status: 'auth_failed', status_reason: probe.message } as const;
  return { status: 'connected', status_reason: null, identity: probe.identity } as const;
}
