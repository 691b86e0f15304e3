import { bumpGeneration } from '../../../access/generations.ts';
import { accessToken } from '../../../catalog/meant/brought-values.ts';
import { findOrigins } from '../../../catalog/origins.ts';
import type { App } from '../../../context.ts';
import { putCredentials } from '../../../credentials/credential-store.ts';
import type { GrantSecrets } from '../../../credentials/grants/grant.ts';
import { settleGrant } from '../../../credentials/grants/lease-grant.ts';
import { sealSecrets, timesOf } from '../../../credentials/grants/seal-grant.ts';
import { type Credentials, sealCredentials } from '../../../credentials/seal-credentials.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { TokenSet } from '../../../oauth/token-set.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import type { Connection } from '../../connection.ts';
import { changeStatus } from './change-status.ts';
import type { Answered } from './keep-answer.ts';
import { persist } from './persist.ts';
import type { Renewal } from '../renew.ts';

type Granted = Answered & { readonly tokens: TokenSet };

/**
 * Commits a new token together with what renews it next. Where somebody else has taken the lease since, it came too late and
 * is dropped: what counts is what that one finds out.
 */
export async function keepTokens(app: Pick<App, 'vault' | 'clock' | 'log'>, granted: Granted): Promise<Renewal> {
  const keep = await prepared(app, granted);
  const isKept = await persist(app, () => granted.db.transact(keep));
  return isKept ? { is: 'renewed' } : { is: 'held', forMs: 0 };
}

async function prepared(
  { vault, clock }: Pick<App, 'vault' | 'clock'>,
  granted: Granted,
): Promise<(trx: WorkspaceTrx) => Promise<boolean>> {
  const { connection, lease, tokens } = granted;
  const { workspaceId, id: connectionId } = connection;
  const secrets = renewedSecrets(granted);
  const next = { version: lease.version + 1, connectionId };
  const box = await sealSecrets(vault, { ...next, workspaceId }, secrets);
  const times = timesOf({
    secrets,
    obtainedAt: clock.now(),
    expiresAt: tokens.expiresAt,
    renewBefore: margin(granted),
  });
  const config = { ...connection.config, ...tokens.captured };
  const sealed = await sealCredentials(vault, connection, credentialsAfter(granted, config));
  return async (trx) => {
    await bumpGeneration(trx);
    if (!(await settleGrant(trx, lease, { ...next, box, ...times }))) return false;
    await putCredentials(trx, connectionId, sealed);
    await changeStatus(trx, clock, { connection, finding: { is: 'renewed' } });
    await changeColumns(trx, { granted, config, updatedAt: isoTime(clock) });
    return true;
  };
}

/** A refresh token that the answer does not repeat goes on counting (RFC 6749 §6). */
function renewedSecrets({ secrets, tokens }: Granted): GrantSecrets {
  return secrets.kind === 'exchange'
    ? secrets
    : { ...secrets, refreshToken: tokens.refreshToken ?? secrets.refreshToken };
}

function margin({ connector, secrets }: Granted): number | undefined {
  return (secrets.kind === 'exchange' ? connector.exchange : connector.oauth)?.renew_before;
}

/**
 * The new token may go where the old one did (S1), or where its answer says. What was submitted for an exchange goes where the token goes too, so that
 * all of it is sealed anew as soon as the exchange says where that is.
 */
function credentialsAfter(
  { connection, credentials, connector, secrets, tokens }: Granted,
  config: JsonObject,
): Credentials {
  const token = { [accessToken]: tokens.accessToken };
  const found = findOrigins(connector, config);
  const now = found.ok ? found.origins : [];
  if (secrets.kind === 'exchange')
    return { secrets: { ...credentials.secrets, ...token }, origins: [...new Set([...credentials.origins, ...now])] };
  const isSame = Object.hasOwn(credentials.secrets, accessToken) && !isMoved(connection, tokens);
  return { secrets: token, origins: isSame ? credentials.origins : now };
}

/** Whether the answer tells anew where the connection is. */
function isMoved({ config }: Pick<Connection, 'config'>, { captured }: TokenSet): boolean {
  return Object.entries(captured).some(([name, value]) => config[name] !== value);
}

interface Columns {
  readonly granted: Granted;
  readonly config: JsonObject;
  readonly updatedAt: string;
}

/** A connection that is elsewhere now is configured anew: no approval was given for that (S13). */
async function changeColumns(trx: WorkspaceTrx, { granted, config, updatedAt }: Columns): Promise<void> {
  const { connection, tokens } = granted;
  const { scopes, expiresAt } = tokens;
  await trx.rows
    .updateTable('connections')
    .set((eb) => ({
      credentials_version: eb('credentials_version', '+', 1),
      expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
      ...(scopes === undefined ? {} : { granted_scopes: JSON.stringify(scopes) }),
    }))
    .where('id', '=', connection.id)
    .execute();
  if (!isMoved(connection, tokens)) return;
  await trx.rows
    .updateTable('connections')
    .set({ config: JSON.stringify(config), generation: connection.generation + 1, updated_at: updatedAt })
    .where('id', '=', connection.id)
    .where('generation', '=', connection.generation)
    .execute();
}
