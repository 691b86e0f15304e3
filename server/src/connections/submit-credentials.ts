import { bumpGeneration } from '../access/generations.ts';
import type { Connector } from '../catalog/connector.ts';
import type { Context } from '../context.ts';
import { replaceCredentials } from '../credentials/credential-store.ts';
import { putGrant } from '../credentials/grants/grant-store.ts';
import { type NewGrant, sealGrant } from '../credentials/grants/seal-grant.ts';
import { sealCredentials } from '../credentials/seal-credentials.ts';
import { Failure } from '../errors.ts';
import { actorOf } from '../events/append-event.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { ProbeResult } from '../transports/probe.ts';
import { isSubmitted } from './values/availability.ts';
import type { Connection } from './connection.ts';
import { changeConnection } from './connection-store.ts';
import { connectorOf } from './connector-of.ts';
import { healthColumns, tellHealth } from './health/health-columns.ts';
import { explainAnother, isAnother } from './health/identity-change.ts';
import { transition } from './health/transition.ts';
import { seeConnection } from './see-connection.ts';
import { prepareTools } from './tools/store-tools.ts';
import { sessionKeyOf } from './tools/mcp-server-of.ts';
import { withKeptHeaders } from './values/kept-headers.ts';
import { mayUseLoopback, readSubmitted, type SubmittedValues } from './values/submitted-values.ts';
import { exchangeAndProbe } from './checking/exchange-and-probe.ts';

/** What somebody submits. */
export interface Submission {
  readonly fields: unknown;
  /** Whether they know that it may be somebody else's account than before. */
  readonly confirmsAccount?: boolean;
  /** What else is done in the transaction that makes them count. */
  readonly beside?: ((trx: WorkspaceTrx) => Promise<void>) | undefined;
}

/**
 * Probes the values with the provider and, where they are accepted, seals them and makes the connection `connected`; its id,
 * handle and switches stay. Throws INVALID_INPUT where the provider rejects them, PROVIDER_UNAVAILABLE where it cannot be asked
 * and CONFLICT where they are of another account than before and nobody said so; the connection then stays as it was (004.3).
 */
export async function submitCredentials(
  ctx: Context,
  connection: Connection,
  { fields, confirmsAccount = false, beside }: Submission,
): Promise<Connection> {
  const connector = await connectorOf(ctx, connection);
  if (!isSubmitted(connection.authMode)) {
    throw new Failure(
      'BAD_REQUEST',
      `${connector.name} is connected by signing in through a browser, not by submitting values.`,
    );
  }
  const { config, credentials: given } = readSubmitted(connector, connection.authMode, fields);
  const credentials = await withKeptHeaders(ctx, connection, given);
  const { probe, values, tokens } = await exchangeAndProbe({ ...ctx, workspaceId: ctx.caller.workspaceId }, connector, {
    config,
    credentials,
    loopback: mayUseLoopback(ctx, connector),
    settings: connection.settings,
  });
  if ('unreachable' in probe) throw new Failure('PROVIDER_UNAVAILABLE', probe.message);
  if (!probe.ok) throw new Failure('INVALID_INPUT', probe.message);
  if (!confirmsAccount && isAnother(connection, probe.identity))
    throw new Failure('CONFLICT', `${explainAnother(connection, probe.identity)} ${sayIt}`, {
      details: { another_account: probe.identity },
    });
  await keep(ctx, connection, { ...values, ...probe, beside, grant: tokens && grantOf(ctx, connector, tokens) });
  ctx.mcp.drop(sessionKeyOf(connection));
  return seeConnection(ctx, connection.id);
}

const sayIt = 'If that is meant, submit {"fields": {…}, "confirmAccount": true}.';

type AcceptedValues = SubmittedValues & {
  readonly loopback: boolean;
  /** What renews the token that the values were exchanged for, where they were. */
  readonly grant: NewGrant | undefined;
} & Pick<Submission, 'beside'> &
  Extract<ProbeResult, { ok: true }>;

function grantOf({ clock }: Context, { exchange }: Connector, { expiresAt }: TokenSet): NewGrant {
  return { secrets: { kind: 'exchange' }, obtainedAt: clock.now(), expiresAt, renewBefore: exchange?.renew_before };
}

/** One transaction: the new secrets are there and the connection is connected, or nothing has changed. */
async function keep(ctx: Context, connection: Connection, values: AcceptedValues): Promise<void> {
  const generation = connection.generation + 1;
  const sealed = await sealCredentials(ctx.vault, { ...connection, generation }, values.credentials);
  const grant = values.grant && (await sealGrant(ctx, connection.id, values.grant));
  const expiresAt = values.grant?.expiresAt;
  const storeTools = values.tools && prepareTools(ctx.clock, { id: connection.id, generation }, values.tools);
  const after = transition(connection, { is: 'replaced' });
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    const changed = await changeConnection(trx, connection, {
      ...healthColumns(ctx.clock, after),
      identity: values.identity,
      config: JSON.stringify(values.config),
      loopback: values.loopback ? 1 : 0,
      generation,
      credentials_version: connection.credentialsVersion + 1,
      expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    });
    if (!changed) throw changedMeanwhile();
    await replaceCredentials(trx, connection.id, sealed);
    if (grant && !(await putGrant(trx, grant))) throw changedMeanwhile();
    await storeTools?.(trx);
    const { identity } = values;
    await tellHealth(trx, ctx.clock, { connection, actor: actorOf(ctx.caller), identity, transition: after });
    await values.beside?.(trx);
  });
}

function changedMeanwhile(): Failure {
  return new Failure('CONFLICT', 'The connection was changed by somebody else meanwhile. Look at it and submit again.');
}
