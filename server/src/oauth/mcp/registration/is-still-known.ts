import type { OauthDoor } from '../../door.ts';
import { exchangeCode } from '../../exchange-code.ts';
import { newVerifier } from '../../authorization-url.ts';
import { randomToken } from '../../../lib/ids.ts';
import { type DiscoveredServer, serverOfDiscovered } from '../discovered-server.ts';
import type { RegisteredClient } from './register-client.ts';

/** What of a sign-in the question is made of. */
export interface KnownFacts {
  readonly registered: RegisteredClient;
  readonly kept: DiscoveredServer;
  readonly redirectUri: string;
}

const strangers: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

/**
 * Whether an authorization server still knows a client that it registered: many forget theirs at a restart, and tell nobody but
 * the person they then show an error to. It is asked with a code that never was, which it refuses either way (RFC 6749 §5.2).
 */
export async function isStillKnown(door: OauthDoor, { registered, kept, redirectUri }: KnownFacts): Promise<boolean> {
  const server = serverOfDiscovered({ ...kept, clientAuth: registered.clientAuth });
  const code = randomToken();
  const question = { client: registered, code, verifier: newVerifier(), redirectUri, callback: new URLSearchParams() };
  const outcome = await exchangeCode(door, server, question);
  return !('error' in outcome && strangers.has(outcome.error));
}
