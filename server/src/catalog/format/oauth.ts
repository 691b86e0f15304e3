import { z } from 'zod';
import { template } from './parts.ts';

/** Endpoints of an OAuth 2 provider; used by the ways of signing in that need a browser. */
export const oauthSchema = z.strictObject({
  authorization_url: template.optional(),
  token_url: template.optional(),
  /** Where a token is refreshed, if not at `token_url`. */
  refresh_url: template.optional(),
  /** RFC 7009. */
  revocation_url: template.optional(),
  scopes: z.array(z.string()).default([]),
  scope_separator: z.enum([' ', ',']).default(' '),
  /** Sent to `authorization_url` besides what RFC 6749 asks for, e.g. `access_type: offline`. */
  authorization_params: z.record(z.string(), template).default({}),
  /** Sent to `token_url` besides what RFC 6749 asks for. */
  token_params: z.record(z.string(), template).default({}),
  /** How the client proves itself at `token_url` (RFC 6749 §2.3.1). */
  client_auth: z.enum(['basic', 'post', 'none']).default('basic'),
  token_body: z.enum(['form', 'json']).default('form'),
  /** RFC 7636; `false` for providers that refuse it. */
  pkce: z.boolean().default(true),
  /** Where the token stands in the answer, if not at its top, e.g. `authed_user`. */
  token_path: z.string().min(1).optional(),
});
