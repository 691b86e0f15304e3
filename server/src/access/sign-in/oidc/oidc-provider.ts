import * as oauth from 'oauth4webapi';
import type { OidcConfig } from '../../../config.ts';
import { Failure } from '../../../errors.ts';
import type { Clock } from '../../../lib/clock.ts';

const keptMs = 600_000;

/** What oauth4webapi is told with every request. */
export interface Asking {
  readonly [oauth.customFetch]: (
    url: string,
    wish: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
  ) => Promise<Response>;
  readonly [oauth.allowInsecureRequests]: boolean;
}

/** The provider's own description (OpenID Connect Discovery 1.0 §4), read again every ten minutes. Rejects with PROVIDER_UNAVAILABLE. */
export function createOidcProvider({ issuer }: OidcConfig, asking: Asking, clock: Clock) {
  let kept: { readonly provider: Promise<oauth.AuthorizationServer>; readonly at: number } | undefined;
  return (): Promise<oauth.AuthorizationServer> => {
    if (kept !== undefined && clock.now() - kept.at < keptMs) return kept.provider;
    const attempt = { provider: discover(issuer, asking), at: clock.now() };
    kept = attempt;
    attempt.provider.catch(() => {
      if (kept === attempt) kept = undefined;
    });
    return attempt.provider;
  };
}

async function discover(issuer: string, asking: Asking): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  try {
    const response = await oauth.discoveryRequest(url, asking);
    const provider = await oauth.processDiscoveryResponse(url, response);
    if (provider.issuer === issuer) return withPage(provider, asking[oauth.allowInsecureRequests]);
  } catch (cause) {
    throw unreadable('The identity provider could not be reached. Try again in a moment.', cause);
  }
  throw unreadable(
    'The identity provider calls itself something else than PLUGBOARD_OIDC_ISSUER says. Whoever runs this installation writes it there exactly as the provider does.',
  );
}

/** Throws where the page that people sign in on is no web address, or one in clear text although the issuer is not. */
function withPage(provider: oauth.AuthorizationServer, clearText: boolean): oauth.AuthorizationServer {
  oauth.checkProtocol(new URL(provider.authorization_endpoint ?? ''), !clearText);
  return provider;
}

function unreadable(sentence: string, cause?: unknown): Failure {
  return new Failure('PROVIDER_UNAVAILABLE', sentence, { cause });
}
