import { providerWords } from '../../catalog/answers/provider-words.ts';
import { readPath } from '../../catalog/answers/read-path.ts';
import { isRecord } from '../../lib/json.ts';
import { createRedactor } from '../../lib/redact.ts';
import type { Answered, Failed } from './answered.ts';

/**
 * What an answer without a token means, in the codes of RFC 6749 §5.2 and RFC 8628 §3.5 wherever the provider says one of
 * them in its own way; `refused` where it gives no reason, `malformed` where it does not speak the protocol.
 */
export function explainFailure(
  { answer, secrets }: Answered,
  said: Record<string, unknown> | string,
  { now, message = [] }: { readonly now: number; readonly message?: string | readonly string[] },
): Failed {
  const { status } = answer;
  const code = codeIn(said);
  const words = providerWords(createRedactor(secrets, { shortest: 4 }).value(wordsOf(said, status)), message);
  const because = words === '' || words === code ? '.' : `: ${words}`;
  if (passing.has(code) || (isPassing(status) && !standard.has(code)))
    return {
      unreachable: true,
      sent: true,
      message: `The provider answered ${status}${because}`,
      ...pauseOf(answer, now),
    };
  if (code !== '') return { ok: false, error: code, message: `The provider refused (${code})${because}` };
  if (status >= 300 && status < 400)
    return {
      ok: false,
      error: 'malformed',
      message: `The provider answered with a redirect (${status}), which leads nowhere here.`,
    };
  if (typeof said === 'string')
    return { ok: false, error: 'malformed', message: `The provider answered ${status} without a token${because}` };
  return { ok: false, error: 'refused', message: `The provider refused (${status})${because}` };
}

const standard: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'authorization_pending',
  'slow_down',
  'expired_token',
]);

const passing: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** The words of GitHub, HubSpot, Microsoft, Slack and Zoho for what the standard calls otherwise. */
const dialects: ReadonlyMap<string, string> = new Map([
  ...[
    'bad_auth_code',
    'bad_refresh_token',
    'bad_verification_code',
    'code_already_used',
    'consent_required',
    'interaction_required',
    'invalid_code',
    'invalid_refresh_token',
    'login_required',
    'token_expired',
    'token_revoked',
  ].map((code) => [code, 'invalid_grant'] as const),
  ...[
    'bad_client_id',
    'bad_client_secret',
    'incorrect_client_credentials',
    'invalid_client_id',
    'invalid_client_secret',
  ].map((code) => [code, 'invalid_client'] as const),
]);

const places = ['error', 'error.code', 'error.type', 'error.status', 'error_code', 'errorCode', 'code', 'status'];

/** The first code that means something to us, or what stands in `error`. */
function codeIn(said: Record<string, unknown> | string): string {
  if (typeof said === 'string') return '';
  const found = places.map((place) => readPath(said, place)).filter((code) => typeof code === 'string');
  const codes = found.map((code) => code.toLowerCase()).map((code) => dialects.get(code) ?? code);
  const known = codes.find((code) => standard.has(code) || passing.has(code));
  if (known !== undefined) return known;
  const { error } = said;
  return typeof error === 'string' && /^[\w.:-]{1,80}$/.test(error) ? error : '';
}

/** What a failure may be quoted from: the text of an error, and of an object all but what could be a token. */
function wordsOf(said: unknown, status: number): unknown {
  return typeof said === 'string' ? (status >= 400 ? said : '') : withoutTokens(said);
}

function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !/token|secret|assertion|password/i.test(name));
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutTokens(item)]));
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

const longestPause = 86_400_000;

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), a day at most. */
function pauseOf({ retryAfter = '' }: Answered['answer'], now: number): { readonly retryAfterMs?: number } {
  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return asked > 0 ? { retryAfterMs: Math.min(asked, longestPause) } : {};
}
