import { z } from 'zod';
import { clientAuth, tokenUse } from './oauth.ts';
import { template } from './parts.ts';

/** A JWT that we sign with a key of the connection (RFC 7523 §3); `iat`, `exp` and `jti` are added. */
const assertionSchema = z.strictObject({
  algorithm: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256']),
  /** The key: PKCS #8 or PKCS #1 in PEM, a JWK, or the secret of HS256. */
  key: template,
  key_id: template.optional(),
  claims: z.record(z.string(), z.unknown()).default({}),
  /** Seconds. */
  lifetime: z.int().min(10).max(3600).default(300),
  /** How far back `iat` is set, for providers whose clock is behind; seconds. */
  backdate: z.int().min(0).max(300).default(0),
});

const toEndpoint = {
  token_url: template,
  scopes: z.array(z.string()).default([]),
  scope_separator: z.enum([' ', ',', '+']).default(' '),
  params: z.record(z.string(), template).default({}),
  headers: z.record(z.string(), template).default({}),
  body_format: z.enum(['form', 'json', 'query']).default('form'),
};

/** How submitted values are exchanged for a token that does not last, without a browser; done again when it is over. */
export const exchangeSchema = z.discriminatedUnion('grant', [
  /** RFC 6749 §4.4. */
  z.strictObject({
    grant: z.literal('client_credentials'),
    ...toEndpoint,
    client_id: template,
    /** With `private_key_jwt` the key that signs. */
    client_secret: template.optional(),
    client_auth: clientAuth.default('basic'),
    ...tokenUse,
  }),
  /** RFC 7523 §2.1: an account of a program, proven by its key. */
  z.strictObject({ grant: z.literal('jwt_bearer'), ...toEndpoint, assertion: assertionSchema, ...tokenUse }),
  /** A request of the provider's own that answers with a token; `${field.assertion}` is the signed JWT, where there is one. */
  z.strictObject({
    grant: z.literal('request'),
    method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
    url: template,
    headers: z.record(z.string(), template).default({}),
    query: z.record(z.string(), template).default({}),
    body: z.unknown().optional(),
    body_type: z.enum(['json', 'form']).default('json'),
    assertion: assertionSchema.optional(),
    ...tokenUse,
  }),
]);

export type ExchangeBlock = z.output<typeof exchangeSchema>;
export type Assertion = z.output<typeof assertionSchema>;
