import type { Secret } from '../../lib/secret.ts';
import type { OauthDoor } from '../door.ts';
import type { OauthClient, OauthServer, TokenLeg } from '../oauth-server.ts';
import type { TokenOutcome } from '../token-set.ts';
import { readTokenAnswer } from '../answers/read-token-answer.ts';
import { type Parties, sendTo } from './send-to.ts';

/** What a token endpoint is asked, besides what the grant itself puts in. */
export interface TokenQuestion {
  readonly leg: TokenLeg;
  readonly client: OauthClient | undefined;
  readonly server: Pick<OauthServer, 'issuer' | 'rules' | 'resource'>;
  /** What the browser came back with, for captures. */
  readonly callback?: URLSearchParams;
  /** Whether what an answer does not repeat goes on counting. */
  readonly renewing?: boolean;
  readonly more?: Readonly<Record<string, string>>;
  readonly words?: readonly (string | Secret | undefined)[];
}

/** Asks a token endpoint, once, and reads what it says. */
export async function askTokenEndpoint(
  door: OauthDoor,
  question: TokenQuestion,
  write: (parties: Parties) => Promise<Response>,
): Promise<TokenOutcome> {
  const { leg, client, server, callback, renewing = false, more, words = [] } = question;
  const { issuer, rules, resource } = server;
  const now = door.clock.now();
  const parameters = { ...more, ...(resource !== undefined && { resource }) };
  const answered = await sendTo(door, { leg, client, issuer, more: parameters, words }, write);
  return 'answer' in answered ? readTokenAnswer(answered, rules, { now, callback, renewing }) : answered;
}
