import * as oauth from 'oauth4webapi';
import { meetsExpectation } from '../../catalog/answers/meets-expectation.ts';
import { readFirst } from '../../catalog/answers/read-path.ts';
import { Secret } from '../../lib/secret.ts';
import type { AnswerRules } from '../oauth-server.ts';
import type { TokenOutcome } from '../token-set.ts';
import { explainFailure } from './explain-failure.ts';
import { readAnswer } from './read-answer.ts';
import { readCaptures } from './read-captures.ts';
import { readExpiry } from './read-expiry.ts';
import { readScopes } from './read-scopes.ts';
import type { Answered } from './answered.ts';

interface Reading {
  /** When it was asked for, in milliseconds since the epoch: a token lasts from then on at the latest. */
  readonly now: number;
  readonly callback?: URLSearchParams | undefined;
  /** Whether what is not repeated goes on counting (RFC 6749 §6). */
  readonly renewing: boolean;
}

/** Reads the answer of a token endpoint (RFC 6749 §5), in the provider's own way of writing it. Pure. */
export async function readTokenAnswer(answered: Answered, rules: AnswerRules, reading: Reading): Promise<TokenOutcome> {
  const { status } = answered.answer;
  const said = readAnswer(answered.answer);
  if (status < 200 || status > 299 || typeof said === 'string' || saysNo(said, rules))
    return explainFailure(answered, said, { now: reading.now, message: rules.answer.message });
  const places = rules.answer;
  const found = await checked({
    access_token: readFirst(said, places.access_token),
    refresh_token: readFirst(said, places.refresh_token),
    token_type: typeOf(said['token_type']),
  });
  if (found === undefined) return malformed('The provider answered without a token that can be used.');
  const captured = readCaptures(rules.captures, { answer: said, ...reading });
  if (!captured.ok) return malformed(captured.message);
  const { id_token } = said;
  return {
    ok: true,
    tokens: {
      ...found,
      expiresAt: readExpiry(readFirst(said, places.expires_in), places, reading.now),
      scopes: readScopes(readFirst(said, places.scope)),
      captured: captured.captured,
      idToken: typeof id_token === 'string' ? new Secret(id_token) : undefined,
      answer: said,
    },
  };
}

/** Some answer 200 to a failure. */
function saysNo(said: Record<string, unknown>, { answer }: AnswerRules): boolean {
  const { error } = said;
  const failed = typeof error === 'string' ? error !== '' : typeof error === 'object' && error !== null;
  return failed || !answer.expect_json.every((expectation) => meetsExpectation(said, expectation));
}

/** Types that need more than the token itself are none of ours; what providers invent beside them is a bearer token. */
function typeOf(type: unknown): string {
  const unusable = typeof type === 'string' && /^(dpop|mac|pop|n_a)$/i.test(type);
  return unusable ? type : 'bearer';
}

type Tokens = { readonly accessToken: Secret; readonly refreshToken: Secret | undefined };

/** RFC 6749 §5.1 by `oauth4webapi`, and appendix A.12 and A.17: what else a token held could end a header. */
async function checked(standard: Readonly<Record<string, unknown>>): Promise<Tokens | undefined> {
  try {
    const answer = await oauth.processGenericTokenEndpointResponse(
      { issuer: 'any' },
      { client_id: 'any' },
      Response.json(standard),
    );
    const { access_token, refresh_token, token_type } = answer;
    if (token_type !== 'bearer' || !isToken(access_token) || !isToken(refresh_token ?? 'none')) return undefined;
    return {
      accessToken: new Secret(access_token),
      refreshToken: refresh_token === undefined ? undefined : new Secret(refresh_token),
    };
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError)
      return undefined;
    throw error;
  }
}

function isToken(text: string): boolean {
  return /^[\x20-\x7e]{1,65536}$/.test(text);
}

function malformed(message: string): TokenOutcome {
  return { ok: false, error: 'malformed', message };
}
