import type { ProviderAnswer } from '../../transports/outcome.ts';

/** Tells an answer of a provider from one of ours, whatever its status. */
export const answeredBy = { name: 'x-plugboard-answer', value: 'provider' } as const;

/**
 * The headers under which an answer of a provider goes on (S12): a browser neither guesses what it is nor shows it nor runs
 * anything in it. Of the provider's own only the content type, and when to come back.
 */
export function providerHeaders({ contentType, retryAfter }: ProviderAnswer): Readonly<Record<string, string>> {
  return {
    'content-type': contentType,
    'content-disposition': 'attachment',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    [answeredBy.name]: answeredBy.value,
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  };
}
