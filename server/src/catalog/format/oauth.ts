import { z } from 'zod';
import { authSchema } from './auth.ts';
import { expectationSchema } from './verify.ts';
import { key, template } from './parts.ts';

/** How a client proves itself at a token endpoint (RFC 6749 §2.3.1, RFC 7523 §2.2). */
export const clientAuth = z.enum(['basic', 'post', 'none', 'private_key_jwt']);
/** How the parameters of a request to a token endpoint are written. */
const bodyFormat = z.enum(['form', 'json', 'query']);
const path = z.string().min(1).max(200);
/** A path, or several of which the first that says something counts. */
const place = z.union([path, z.array(path).min(1).max(5)]);
const seconds = z.int().min(1).max(315_360_000);

/**
 * Where things stand in the answer of a token endpoint (RFC 6749 §5.1), as names and indexes joined by dots; of several places
 * the first that says something.
 */
export const tokenAnswerSchema = z.strictObject({
  access_token: place.default('access_token'),
  refresh_token: place.default('refresh_token'),
  expires_in: place.default('expires_in'),
  /** `seconds` and `milliseconds` from now, a moment since the epoch, or a date (RFC 3339, RFC 9110 §5.6.7). */
  expires_unit: z.enum(['seconds', 'milliseconds', 'epoch_seconds', 'epoch_milliseconds', 'date']).default('seconds'),
  /** Seconds that a token lasts whose answer does not say; absent: until the provider refuses it. */
  expires_default: seconds.optional(),
  scope: place.default('scope'),
  /** What must hold for the answer to be a success, for providers that answer 200 to a failure. */
  expect_json: z.array(expectationSchema).default([]),
  /** Where the provider's words for a failure stand. */
  message: place.default('error_description'),
});

/** A value that signing in brings and that templates then know as `${field.<name>}`. */
export const captureSchema = z.strictObject({
  /** The answer of the token endpoint, or the query the browser comes back with: that one anybody can write. */
  from: z.enum(['token', 'callback']).default('token'),
  path,
  /** All of the value must match it (ECMA-262, flag `u`); a value that forms a host needs one. */
  pattern: z.string().min(1).max(300).optional(),
  required: z.boolean().default(true),
});

/** Whose account it is: asked of the provider, or read out of what came with the token. */
const identitySchema = z.union([
  z.strictObject({ url: template, headers: z.record(z.string(), template).default({}), path }),
  z.strictObject({ from: z.enum(['token', 'id_token']), path }),
]);

/**
 * How a connection's tokens are ended at a provider whose way is not RFC 7009: one request. Its templates know
 * `${field.access_token}`, `${field.refresh_token}`, `${field.client_id}` and `${field.client_secret}` besides the values of the
 * connection; it goes where tokens come from or go to anyway.
 */
const revocationSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).default('POST'),
  url: template,
  headers: z.record(z.string(), template).default({}),
  query: z.record(z.string(), template).default({}),
  body: z.unknown().optional(),
  body_type: z.enum(['json', 'form']).default('json'),
  /** `client`: id and secret of the app (RFC 7617); `token`: the access token (RFC 6750 §2.1); absent: what stands in the request. */
  proof: z.enum(['client', 'token']).optional(),
  /** What the answer must say besides a status of 200 to 299. */
  expect_json: z.array(expectationSchema).default([]),
  /** Where the provider's words for a failure stand. */
  message: place.default('error_description'),
});

/** Where one's own OAuth app is made, where the provider takes what it should be like in the address. */
const setupSchema = z.strictObject({
  url: template,
  /** Values that are no text are written as JSON; `${config.redirect_uri}` is the address to register. */
  query: z.record(z.string(), z.unknown()).default({}),
});

/** What the answers of token endpoints, and what is done with them, have in common. */
export const tokenUse = {
  answer: tokenAnswerSchema.prefault({}),
  captures: z.record(key, captureSchema).default({}),
  /** How the token is attached to a call. */
  attach: authSchema.default({ scheme: 'bearer', token: '${field.access_token}' }),
  /** Seconds before its end that a token is renewed; absent: 5 minutes, or a tenth of its life where that is less. */
  renew_before: seconds.optional(),
};

/** Signing in through a browser at an OAuth 2 provider (RFC 6749 §4.1), and what is particular about this one. */
export const oauthSchema = z.strictObject({
  authorization_url: template.optional(),
  token_url: template.optional(),
  /** Where a token is refreshed, if not at `token_url`. */
  refresh_url: template.optional(),
  /** RFC 7009; in the place of `revocation`. */
  revocation_url: template.optional(),
  revocation: revocationSchema.optional(),
  /** RFC 8628 §3.1; absent: no sign-in by device code. */
  device_authorization_url: template.optional(),
  /** What the provider calls itself in `iss` (RFC 9207); absent: whatever it says, or nothing, is taken. */
  issuer: template.optional(),
  scopes: z.array(z.string()).default([]),
  scope_separator: z.enum([' ', ',', '+']).default(' '),
  /** What the parameter with the scopes is called, e.g. `user_scope`. */
  scope_param: z.string().min(1).max(60).default('scope'),
  /** Sent to `authorization_url` besides what RFC 6749 asks for, e.g. `access_type: offline`. */
  authorization_params: z.record(z.string(), template).default({}),
  /** Added to them to have the provider ask which account to use. */
  select_account_params: z.record(z.string(), template).default({ prompt: 'select_account' }),
  /** Sent to `token_url` besides what RFC 6749 asks for. */
  token_params: z.record(z.string(), template).default({}),
  /** Sent when a token is refreshed; absent: nothing more than RFC 6749 §6 asks for. */
  refresh_params: z.record(z.string(), template).default({}),
  /** Sent with both, e.g. a version. */
  token_headers: z.record(z.string(), template).default({}),
  client_auth: clientAuth.default('basic'),
  token_body: bodyFormat.default('form'),
  /** The same for refreshing; absent: as for `token_url`. */
  refresh_client_auth: clientAuth.optional(),
  refresh_body: bodyFormat.optional(),
  /** RFC 7636; `false` for providers that refuse it. */
  pkce: z.boolean().default(true),
  /** Whether a refresh token that was used goes on working for a while, so that a lost answer may be asked for again. */
  refresh_grace: z.boolean().default(false),
  identity: identitySchema.optional(),
  setup: setupSchema.optional(),
  ...tokenUse,
});

export type TokenAnswer = z.output<typeof tokenAnswerSchema>;
export type Capture = z.output<typeof captureSchema>;
export type ClientAuth = z.output<typeof clientAuth>;
export type RevocationBlock = z.output<typeof revocationSchema>;
/** The keys of an `oauth` block that are endpoints of the authorization server. */
export const oauthEndpoints = [
  'authorization_url',
  'token_url',
  'refresh_url',
  'revocation_url',
  'device_authorization_url',
] as const;

export type OauthBlock = z.output<typeof oauthSchema>;
