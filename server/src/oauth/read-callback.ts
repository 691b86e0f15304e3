import * as oauth from 'oauth4webapi';
import { cut } from '../catalog/answers/provider-words.ts';
import type { OauthServer } from './oauth-server.ts';

/** What a browser came back with. `error` is the provider's code, or `mismatch` or `malformed` where it is not an answer to what we asked. */
export type Callback =
  | { readonly ok: true; readonly code: string; readonly query: URLSearchParams }
  | { readonly ok: false; readonly error: string; readonly message: string };

/**
 * Reads the way back from a provider (RFC 6749 §4.1.2): one state and it is ours, one issuer and it is the one that we
 * asked (RFC 9207 §2.4), one code or a reason why there is none. Nothing that anybody may have typed is taken further.
 */
export function readCallback(
  server: Pick<OauthServer, 'issuer' | 'issRequired'>,
  query: URLSearchParams,
  expected: { readonly state: string },
): Callback {
  const as = {
    issuer: server.issuer ?? (query.get('iss') || 'unknown'),
    authorization_response_iss_parameter_supported: server.issRequired,
  };
  try {
    return codeIn(oauth.validateAuthResponse(as, client, query, expected.state));
  } catch (error) {
    return refusal(error);
  }
}

/** Who the client is does not matter to what is checked here. */
const client = { client_id: 'plugboard' };
const code = /^[\x20-\x7e]{1,4096}$/;

function codeIn(query: URLSearchParams): Callback {
  const [first, ...others] = query.getAll('code');
  if (first !== undefined && others.length === 0 && code.test(first)) return { ok: true, code: first, query };
  return { ok: false, error: 'malformed', message: 'The provider sent the browser back without a code. Start again.' };
}

function refusal(error: unknown): Callback {
  if (error instanceof oauth.AuthorizationResponseError) return explain(error);
  if (!(error instanceof oauth.OperationProcessingError) && !(error instanceof oauth.UnsupportedOperationError))
    throw error;
  return {
    ok: false,
    error: 'mismatch',
    message: 'What the browser came back with is no answer to this sign-in. Start again.',
  };
}

function explain({ error, error_description: description = '' }: oauth.AuthorizationResponseError): Callback {
  const known = /^[\w.:-]{1,80}$/.test(error) ? error : 'refused';
  const words = cut(description);
  const message =
    known === 'access_denied'
      ? `The provider was told not to allow it${words === '' ? '.' : `: ${words}`}`
      : `The provider refused to sign in (${known})${words === '' ? '.' : `: ${words}`}`;
  return { ok: false, error: known, message };
}
