import { bumpGeneration } from '../../access/generations.ts';
import { accessToken } from '../../catalog/meant/brought-values.ts';
import type { Connector } from '../../catalog/connector.ts';
import type { App } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { systemActor } from '../../events/append-event.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { ProbeResult } from '../../transports/probe.ts';
import type { Connection } from '../connection.ts';
import { findConnectorOf } from '../connector-of.ts';
import { changeConnection, findConnection } from '../connection-store.ts';
import { healthColumns, tellHealth } from '../health/health-columns.ts';
import { type Finding, type Transition, transition } from '../health/transition.ts';
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

interface Checked {
  readonly app: Pick<App, 'clock'>;
  readonly connection: Connection;
  /** Whether there is a token of somebody who signed in. */
  readonly isSignedIn: boolean;
  readonly probe: ProbeResult;
  /** Puts the tools that were seen; the status that lets them be called comes with them. */
  readonly storeTools: ((trx: WorkspaceTrx) => Promise<void>) | undefined;
}

async function keepResult(trx: WorkspaceTrx, checked: Checked): Promise<boolean> {
  const { connection, storeTools } = checked;
  if (isKnown(connection, transitionOf(checked)) && storeTools === undefined) return true;
  await bumpGeneration(trx);
  // A renewal that came to something in the meantime knows more than this probe.
  const now = await findConnection(trx, connection.id);
  if (now?.status !== connection.status) return now === undefined;
  if (!(await keepHealth(trx, checked))) return false;
  await storeTools?.(trx);
  return true;
}

async function keepHealth(trx: WorkspaceTrx, checked: Checked): Promise<boolean> {
  const { app, connection } = checked;
  const after = transitionOf(checked);
  if (isKnown(connection, after)) return true;
  const identity = identityAfter(checked);
  const columns = { ...healthColumns(app.clock, after), ...(after.status === 'connected' ? { identity } : {}) };
  if (!(await changeConnection(trx, connection, columns))) return false;
  await tellHealth(trx, app.clock, { connection, actor: systemActor, identity, transition: after });
  return true;
}

function transitionOf({ connection, isSignedIn, probe }: Checked): Transition {
  const awaitsSignIn = connection.status === 'pending' && !isSubmitted(connection.authMode) && !isSignedIn;
  return transition({ ...connection, awaitsSignIn }, findingOf(probe));
}

function findingOf(probe: ProbeResult): Finding {
  if ('unreachable' in probe) return { is: 'unreachable', message: probe.message };
  return probe.ok ? { is: 'accepted' } : { is: 'refused', message: probe.message };
}

/** Who it is stays so where the provider does not tell again. */
function identityAfter({ connection, probe }: Checked): string | null {
  const told = 'ok' in probe && probe.ok ? probe.identity : null;
  return told ?? connection.identity;
}

/** Whether a check found nothing new. While connected there is no reason to keep, so that a blip moves nothing (003.2). */
function isKnown({ status, statusReason }: Connection, after: Transition): boolean {
  return after.status === status && (status === 'connected' || after.reason === statusReason);
}
