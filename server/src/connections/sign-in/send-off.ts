import type { Caller } from '../../access/caller.ts';
import type { ContentsAt, HandshakeClient } from '../../oauth/handshakes/handshake-box.ts';
import type { Handshake } from '../../oauth/handshakes/handshake-store.ts';
import { sealState } from '../../oauth/handshakes/sealed-state.ts';
import { authorizationUrl, newVerifier } from '../../oauth/authorization-url.ts';
import { redirectUri } from '../../oauth/apps/redirect-uri.ts';
import { randomToken } from '../../lib/ids.ts';
import type { SignInContext } from './sign-in-context.ts';
import { signInServer, type SignInServer, type SignInTarget } from './provider/sign-in-server.ts';

/** What is asked of the provider. */
export interface SignInWish {
  /** Has the provider ask which account to use. */
  readonly selectAccount?: boolean | undefined;
  /** Whether an app knows that it may be somebody else's account than before; a person is asked when they come back. */
  readonly confirmsAccount?: boolean | undefined;
  /** Asked for besides what the manifest or the server asks for. */
  readonly scopes?: readonly string[] | undefined;
}

/** An address of the provider, and what the handshake must remember until a browser comes back from there. */
export interface SentOff {
  readonly url: string;
  readonly held: ContentsAt<'sent'>;
}

/** Minutes that a state holds (RULINGS 004.6). */
export const stateMinutes = 15;

/** Works out where to send a browser: another state, and another verifier (RFC 7636), each time. */
export async function sendOff(
  ctx: SignInContext,
  handshake: Pick<Handshake, 'id' | 'workspaceId'>,
  { target, wish }: { readonly target: SignInTarget; readonly wish: SignInWish },
): Promise<SentOff> {
  const found = await signInServer(ctx, target, wish.scopes);
  const { server, client } = found;
  const nonce = randomToken(16);
  const verifier = server.pkce ? newVerifier() : undefined;
  const scopes = together(found.scopes, wish.scopes);
  const selectAccount = wish.selectAccount ?? false;
  const state = sealState(ctx.vault, { workspaceId: handshake.workspaceId, handshakeId: handshake.id, nonce });
  const asked = { client, redirectUri: redirectUri(ctx.config), state, verifier, scopes, selectAccount };
  const url = await authorizationUrl(server, asked);
  const { confirmsAccount } = wish;
  const own = { scopes, selectAccount, confirmsAccount, url: null, nonce, verifier: verifier?.reveal() };
  return { url, held: { stage: 'sent', ...keptOf(found), ...own } };
}

/** What stays known of a server between two steps. */
export function keptOf({ client, source, discovered, loopback }: SignInServer) {
  return { client: { source: kindOf(source), ...inClear(client) }, discovered, loopback };
}

function inClear({ clientId, clientSecret }: SignInServer['client']) {
  return { clientId, clientSecret: clientSecret?.reveal() };
}

function kindOf(source: SignInServer['source']): HandshakeClient['source'] {
  return source === 'given' || source === 'configured' ? 'connection' : source;
}

/** Scopes once each, in the order they are asked for. */
export function together(first: readonly string[], second: readonly string[] = []): string[] {
  return [...new Set([...first, ...second])];
}

/** Whether a caller is handed the provider's own address: who is signed in here or opened a link of theirs, or an app that answers for its browser (S8). */
export function goesStraight({ via, scopes }: Pick<Caller, 'via' | 'scopes'>): boolean {
  return via === 'session' || via === 'connect_link' || scopes.has('oauth:direct');
}
