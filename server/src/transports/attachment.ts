import type { JsonObject } from '../lib/json.ts';
import type { Secret } from '../lib/secret.ts';

/** What a scheme adds to a request: opened only while the request is built. */
export interface Attachment {
  readonly headers: Readonly<Record<string, Secret>>;
  readonly query: Readonly<Record<string, Secret>>;
  /** Who signs in to a database server. */
  readonly login?: Login;
}

/** The password may be empty: some databases know their users by other means. */
export interface Login {
  readonly user: string;
  readonly password: Secret;
}

export const nothingAttached: Attachment = { headers: {}, query: {} };

/** What a connection puts into a call whoever asks for it: literal text, never a template, and no secret (RULINGS 000.3). */
export interface FixedParams {
  /** Already among the arguments of the call. */
  readonly args: JsonObject;
  readonly query: Readonly<Record<string, string>>;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export const nothingFixed: FixedParams = { args: {}, query: {}, headers: {} };
