import { attach } from '../../../auth-modes/index.ts';
import { accessToken } from '../../../catalog/meant/brought-values.ts';
import type { Connector } from '../../../catalog/connector.ts';
import { findOrigins } from '../../../catalog/origins.ts';
import { templateValues } from '../../../catalog/templates/template-values.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { ContentsAt } from '../../../oauth/handshakes/handshake-box.ts';
import { readIdentity } from '../../../oauth/read-identity.ts';
import type { TokenSet } from '../../../oauth/token-set.ts';
import { probeValues } from '../../checking/probe-values.ts';
import type { Connection } from '../../connection.ts';
import { doorOf, type SignInContext } from '../sign-in-context.ts';

/** What a handshake was begun with, as far as what comes of it goes on needing it. */
export type Begun = Pick<ContentsAt<'sent'>, 'client' | 'discovered' | 'loopback' | 'scopes' | 'confirmsAccount'>;

/** Tokens that came, and whose they are. */
export type Arrival =
  | { readonly ok: true; readonly came: ContentsAt<'came'>; readonly identity: string | null }
  | { readonly ok: false; readonly message: string };

/** Asks the provider whose account its tokens are of; nothing counts yet. A provider that refuses its own token is a failure. */
export async function arrive(
  ctx: SignInContext,
  { connection, connector }: { readonly connection: Connection; readonly connector: Connector },
  { begun, tokens }: { readonly begun: Begun; readonly tokens: TokenSet },
): Promise<Arrival> {
  const config = { ...connection.config, ...tokens.captured };
  const origins = findOrigins(connector, config);
  if (!origins.ok) return { ok: false, message: `${origins.message}.` };
  const named = await identify(ctx, { connection, connector, config, origins: origins.origins }, { begun, tokens });
  if (!named.ok) return named;
  return { ok: true, identity: named.identity, came: cameOf(ctx, begun, tokens) };
}

interface Account {
  readonly connection: Connection;
  readonly connector: Connector;
  readonly config: JsonObject;
  readonly origins: readonly string[];
}

type Named = { readonly ok: true; readonly identity: string | null } | { readonly ok: false; readonly message: string };

async function identify(
  ctx: SignInContext,
  { connection, connector, config, origins }: Account,
  { begun, tokens }: { readonly begun: Begun; readonly tokens: TokenSet },
): Promise<Named> {
  const { oauth, verify } = connector;
  const secrets = { [accessToken]: tokens.accessToken };
  if (oauth?.identity !== undefined) {
    const fields = { ...config, ...secrets };
    const values = templateValues(connector, { fields, publicUrl: ctx.config.publicUrl });
    const attachment = attach(connector, { config, secrets });
    const identity = await readIdentity(doorOf(ctx, begun.loopback), oauth, { tokens, attachment, values });
    return { ok: true, identity };
  }
  if (verify?.kind !== 'http') return { ok: true, identity: null };
  const { workspaceId, loopback, settings } = connection;
  const credentials = { secrets, origins };
  const probe = await probeValues({ ...ctx, workspaceId }, connector, { config, credentials, loopback, settings });
  if ('unreachable' in probe) return { ok: true, identity: null };
  return probe.ok ? probe : { ok: false, message: `The provider refuses the token it handed out. ${probe.message}` };
}

function cameOf(
  { clock }: Pick<SignInContext, 'clock'>,
  { client, discovered, loopback, scopes }: Begun,
  tokens: TokenSet,
): ContentsAt<'came'> {
  return {
    stage: 'came',
    client,
    discovered,
    loopback,
    accessToken: tokens.accessToken.reveal(),
    refreshToken: tokens.refreshToken?.reveal(),
    obtainedAt: clock.now(),
    expiresAt: tokens.expiresAt,
    scopes: [...(tokens.scopes ?? scopes)],
    captured: { ...tokens.captured },
  };
}
