import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import { type BearerChallenge, keepScopes } from './read-challenge.ts';

/** What is known of the scopes of a server. */
export interface ScopeFacts {
  readonly challenge: BearerChallenge | undefined;
  /** RFC 9728 §2. */
  readonly scopesSupported: readonly string[];
  readonly metadata: Pick<AuthorizationServerMetadata, 'scopes_supported'>;
}

const offline = 'offline_access';

/**
 * What to ask for (MCP 2026-07-28, scope selection): what the challenge says, else all that the resource names, else nothing in
 * particular; and `offline_access` only where the authorization server lists it.
 */
export function wantedScopes({ challenge, scopesSupported, metadata }: ScopeFacts): readonly string[] {
  const challenged = challenge?.scopes ?? [];
  const wanted = keepScopes(challenged.length > 0 ? challenged : scopesSupported);
  if (wanted.length === 0 || metadata.scopes_supported?.includes(offline) !== true) return wanted;
  return keepScopes([...wanted, offline]);
}

/** Whether tokens are wanted that last while nobody is there (OpenID Connect Core 1.0 §11). */
export function wantsOffline(scopes: readonly string[]): boolean {
  return scopes.includes(offline);
}

/**
 * What to ask for when a server says `insufficient_scope`: all that was asked for so far and what it wants besides;
 * `undefined` where that is nothing more, so that asking again would lead nowhere.
 */
export function widerScopes(asked: readonly string[], challenged: readonly string[]): readonly string[] | undefined {
  const wider = keepScopes([...asked, ...challenged]);
  return wider.length > keepScopes(asked).length ? wider : undefined;
}
