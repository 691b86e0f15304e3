import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { OidcConfig } from '../../config.ts';
import { Failure } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';

/** Reads JSON from a URL, or throws. */
export type FetchJson = (url: string) => Promise<unknown>;

/** Verifies a bearer token of the configured issuer and answers its subject; `undefined` where it does not hold (S26). */
export type VerifyJwt = (token: string) => Promise<string | undefined>;

/** What we accept signatures with (S26): no symmetric algorithm, never `none`. */
const algorithms = ['RS256', 'ES256', 'EdDSA', 'PS256'];
const keysKeptMs = 600_000;
const keysRetryMs = 30_000;

const discoveryShape = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
const keysShape = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Exact issuer and audience, allowed algorithms, an expiry and a subject; keys from the issuer's discovery document (OpenID Connect Discovery 1.0 §4). */
export function createVerifyJwt(
  oidc: OidcConfig,
  { fetchJson, clock }: { fetchJson: FetchJson; clock: Clock },
): VerifyJwt {
  const audience = oidc.audience ?? oidc.clientId;
  const issuerKeys = createIssuerKeys(oidc.issuer, { fetchJson, clock });

  async function verify(token: string, keys: JSONWebKeySet): Promise<string | undefined> {
    const options = { issuer: oidc.issuer, audience: audience ?? [], algorithms, requiredClaims: ['sub', 'exp'] };
    const currentDate = new Date(clock.now());
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { ...options, currentDate });
    return payload.sub === '' ? undefined : payload.sub;
  }

  return async (token) => {
    if (audience === undefined) return undefined;
    try {
      return await verify(token, await issuerKeys(false));
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      if (!(error instanceof errors.JWKSNoMatchingKey)) return undefined;
    }
    return verify(token, await issuerKeys(true)).catch(asNothing);
  };
}

function asNothing(error: unknown): undefined {
  if (!(error instanceof errors.JOSEError)) throw error;
  return undefined;
}

/** The issuer's keys, read again every ten minutes, or sooner for a key we do not know yet, but not more than twice a minute. */
function createIssuerKeys(issuer: string, { fetchJson, clock }: { fetchJson: FetchJson; clock: Clock }) {
  let kept: { readonly keys: Promise<JSONWebKeySet>; readonly at: number } | undefined;
  return (anew: boolean): Promise<JSONWebKeySet> => {
    const age = kept === undefined ? Number.POSITIVE_INFINITY : clock.now() - kept.at;
    if (kept !== undefined && age < (anew ? keysRetryMs : keysKeptMs)) return kept.keys;
    const keys = readIssuerKeys(issuer, fetchJson);
    const attempt = { keys, at: clock.now() };
    kept = attempt;
    keys.catch(() => {
      if (kept === attempt) kept = undefined;
    });
    return keys;
  };
}

async function readIssuerKeys(issuer: string, fetchJson: FetchJson): Promise<JSONWebKeySet> {
  try {
    const discovery = discoveryShape.parse(
      await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
    );
    if (discovery.issuer !== issuer) throw new Error('The discovery document names another issuer.');
    return keysShape.parse(await fetchJson(discovery.jwks_uri));
  } catch (cause) {
    throw new Failure(
      'PROVIDER_UNAVAILABLE',
      'The keys of the identity provider could not be read. Try again in a moment.',
      { cause },
    );
  }
}
