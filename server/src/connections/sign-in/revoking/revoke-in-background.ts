import type { App } from '../../../context.ts';
import { appendEvent, systemActor } from '../../../events/append-event.ts';
import type { JobHandler } from '../../../jobs/jobs.ts';
import { Secret } from '../../../lib/secret.ts';
import { revokeToken } from '../../../oauth/revoke-token.ts';
import { subjectOf } from '../../connection-events.ts';
import { findConnection } from '../../connection-store.ts';
import { findConnectorOf } from '../../connector-of.ts';
import { grantedServer, mayBeTold } from './granted-server.ts';
import { openRevoked, type RevokedTokens } from './prepare-revocation.ts';

declare module '../../../events/append-event.ts' {
  interface EventTypes {
    'connection.revoked_at_provider': { readonly connector: string };
  }
}

/** The job `connection.revoke_tokens`: a provider that cannot be reached is told again later (RFC 7009 §2.2.1). */
export function revokeInBackground(app: App): JobHandler<'connection.revoke_tokens'> {
  return async ({ workspaceId, payload, signal }) => {
    const db = app.storage.workspace(workspaceId);
    const connection = await findConnection(db, payload.connectionId);
    const connector = connection && (await findConnectorOf({ ...app, db }, connection));
    if (!connection || !connector) return;
    const { discovered, origins, ...tokens } = await openRevoked(app.vault, connection, payload.box);
    const server = grantedServer(app, { connection, connector, discovered });
    if (server === undefined || !mayBeTold(server, origins)) return;
    const { clock } = app;
    const door = { egress: app.egress.of(workspaceId), clock, loopback: connection.loopback, signal };
    const answer = await revokeToken(door, server, revokedOf(tokens));
    if ('unreachable' in answer) throw new Error('The provider cannot be reached.');
    if (!answer.ok) return;
    const type = 'connection.revoked_at_provider';
    const data = { connector: connection.connectorId };
    await db.transact((trx) =>
      appendEvent(trx, clock, { type, actor: systemActor, subject: subjectOf(connection), data }),
    );
  };
}

function revokedOf({
  clientId,
  clientSecret,
  refreshToken,
  accessToken,
}: Omit<RevokedTokens, 'discovered' | 'origins'>) {
  const secret = (text: string | undefined): Secret | undefined => (text === undefined ? undefined : new Secret(text));
  const client = { clientId, clientSecret: secret(clientSecret) };
  return { client, refreshToken: secret(refreshToken), accessToken: secret(accessToken) };
}
