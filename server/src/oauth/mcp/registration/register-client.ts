import type { AuthorizationServerMetadata, OAuthClientInformationFull } from '@modelcontextprotocol/client';
import { z } from 'zod';
import type { ClientAuth } from '../../../catalog/format/oauth.ts';
import { EgressError } from '../../../egress/egress.ts';
import { parseJson } from '../../../lib/json.ts';
import { Secret } from '../../../lib/secret.ts';
import { createDiscoveryFetch, type DiscoveryDoor } from '../discovery/discovery-fetch.ts';
import { isMalformed } from '../discovery/discovery-problem.ts';
import { isLoopbackUrl } from '../discovery/is-secure.ts';
import { clientAuthOf, wantedMethod } from './client-auth.ts';

/** A client as the authorization server registered it. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
  readonly clientAuth: ClientAuth;
  /** Milliseconds since the epoch; absent: never. */
  readonly secretExpiresAt: number | undefined;
}

export type RegistrationOutcome =
  | { readonly ok: true; readonly registered: RegisteredClient }
  | { readonly ok: false; readonly reason: 'refused' | 'unreachable'; readonly message: string };

/** What is registered, and where. */
export interface RegistrationWish {
  readonly metadata: AuthorizationServerMetadata;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** Ours, for the page that asks whether we may. */
  readonly publicUrl: string;
}

/** Registers us (RFC 7591 §3). An answer with another redirect URI than ours, or a way of proving ourselves that we do not have, is refused. */
export async function registerClient(door: DiscoveryDoor, wish: RegistrationWish): Promise<RegistrationOutcome> {
  const sdk = await import('@modelcontextprotocol/client');
  const { metadata } = wish;
  try {
    const clientMetadata = requestOf(wish);
    const answer = await sdk.registerClient(metadata.issuer, {
      metadata,
      clientMetadata,
      fetchFn: createDiscoveryFetch(door),
    });
    return readAnswer(answer, wish);
  } catch (error) {
    const host = hostOf(metadata);
    if (error instanceof EgressError) return { ok: false, reason: 'unreachable', message: error.message };
    if (error instanceof sdk.RegistrationRejectedError) return rejected(error, host);
    if (!isMalformed(error)) throw error;
    return refused(`${host} answered the registration with something that is no client (RFC 7591 §3.2.1).`);
  }
}

function requestOf({ metadata, redirectUri, scopes, publicUrl }: RegistrationWish) {
  const isLocal = isLoopbackUrl(redirectUri);
  return {
    client_name: 'Plugboard',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: wantedMethod(metadata),
    application_type: isLocal ? 'native' : 'web',
    ...(isLocal ? {} : { client_uri: publicUrl }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  };
}

function readAnswer(answer: OAuthClientInformationFull, wish: RegistrationWish): RegistrationOutcome {
  const host = hostOf(wish.metadata);
  const { client_id: clientId, client_secret: secret, client_secret_expires_at: end = 0, redirect_uris } = answer;
  if (redirect_uris.length !== 1 || redirect_uris[0] !== wish.redirectUri)
    return refused(`${host} registered another redirect URI than the one it was asked for. Plugboard does not use it.`);
  if (!/^[\x21-\x7e]{1,2000}$/.test(clientId)) return refused(`${host} answered with a client id that cannot be one.`);
  const method = answer.token_endpoint_auth_method ?? (secret === undefined ? 'none' : 'client_secret_basic');
  const clientAuth = clientAuthOf(method);
  if (clientAuth === undefined || (clientAuth !== 'none' && secret === undefined))
    return refused(`${host} wants us to prove ourselves in a way that it has given us nothing for.`);
  const clientSecret = clientAuth === 'none' || secret === undefined ? undefined : new Secret(secret);
  const secretExpiresAt = clientSecret === undefined || end === 0 ? undefined : end * 1000;
  return { ok: true, registered: { clientId, clientSecret, clientAuth, secretExpiresAt } };
}

const errorAnswer = z.object({ error: z.string().regex(/^[a-z_]{1,60}$/) });

function rejected(
  { status, body }: { readonly status: number; readonly body: string },
  host: string,
): RegistrationOutcome {
  if (status === 429 || status >= 500)
    return { ok: false, reason: 'unreachable', message: `${host} could not register Plugboard just now (${status}).` };
  const said = errorAnswer.safeParse(parseJson(body));
  return refused(`${host} does not let us register ourselves (${said.success ? said.data.error : status}).`);
}

function refused(message: string): RegistrationOutcome {
  return { ok: false, reason: 'refused', message };
}

function hostOf({ issuer }: AuthorizationServerMetadata): string {
  return URL.parse(issuer)?.host ?? 'The authorization server';
}
