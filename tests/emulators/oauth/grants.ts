import { createHash, randomBytes } from 'node:crypto';
import { type Person, personCalled } from './people.ts';

/** A program that was registered with a provider. */
export interface OauthApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  /** Where people may be sent back to: these addresses, letter for letter. */
  readonly redirectUris: string[];
}

/** What a person, or an app for itself, has allowed: everything that came of it ends together. */
export interface Grant {
  readonly app: OauthApp;
  readonly person: Person;
  readonly scopes: readonly string[];
  ended: boolean;
}

export interface Token {
  readonly value: string;
  readonly kind: 'access' | 'refresh';
  readonly grant: Grant;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; absent: it does not end by itself. */
  expiresAt: number | undefined;
  /** Revoked, or a refresh token that was used where they rotate. */
  ended: boolean;
}

/** An authorization code, not yet exchanged. */
export interface Code {
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly details: Readonly<Record<string, string>>;
  readonly expiresAt: number;
  used: boolean;
}

/** Everything a provider has handed out; tests may read and change it. */
export interface Grants {
  readonly apps: Map<string, OauthApp>;
  readonly codes: Map<string, Code>;
  readonly tokens: Map<string, Token>;
  readonly now: () => number;
}

export function newGrants(now: () => number): Grants {
  return { apps: new Map(), codes: new Map(), tokens: new Map(), now };
}

/** A value nobody guesses, with what its kind begins with. */
export function newValue(prefix: string): string {
  return `${prefix}${randomBytes(18).toString('hex')}`;
}

/** A code for ten minutes. */
export function issueCode(
  { codes, now }: Grants,
  code: Pick<Code, 'grant' | 'redirectUri' | 'challenge' | 'details'>,
): string {
  const value = newValue('code_');
  codes.set(value, { ...code, expiresAt: now() + 600_000, used: false });
  return value;
}

/** Why a code is worth nothing. */
export type CodeFault = 'unknown' | 'used' | 'expired' | 'another app' | 'another redirect' | 'verifier';

export interface CodeClaim {
  readonly clientId: string;
  readonly code: string | undefined;
  readonly redirectUri: string | undefined;
  readonly verifier: string | undefined;
}

/** Takes a code, once. One that comes a second time ends everything that came of it (RFC 6749 §4.1.2). */
export function takeCode(grants: Grants, claim: CodeClaim): Code | CodeFault {
  const code = grants.codes.get(claim.code ?? '');
  if (code === undefined) return 'unknown';
  if (code.used) {
    code.grant.ended = true;
    return 'used';
  }
  const fault = faultOf(code, claim, grants.now());
  if (fault !== undefined) return fault;
  code.used = true;
  return code;
}

function faultOf(code: Code, claim: CodeClaim, now: number): CodeFault | undefined {
  if (code.expiresAt <= now) return 'expired';
  if (code.grant.app.clientId !== claim.clientId) return 'another app';
  if (code.redirectUri !== claim.redirectUri) return 'another redirect';
  return challengeOf(claim.verifier) === code.challenge ? undefined : 'verifier';
}

/** RFC 7636 §4.2, S256. A verifier without a challenge fits as little as a challenge without a verifier. */
function challengeOf(verifier: string | undefined): string | undefined {
  return verifier === undefined ? undefined : createHash('sha256').update(verifier).digest('base64url');
}

/** Hands out a token of a grant. */
export function issueToken(
  grants: Grants,
  token: Pick<Token, 'kind' | 'grant'> & { readonly prefix: string; readonly seconds?: number | undefined },
): Token {
  const { kind, grant, prefix, seconds } = token;
  const expiresAt = seconds === undefined ? undefined : grants.now() + seconds * 1000;
  const issued: Token = { value: newValue(prefix), kind, grant, scopes: grant.scopes, expiresAt, ended: false };
  grants.tokens.set(issued.value, issued);
  return issued;
}

/** A token that still counts. */
export function liveToken(grants: Grants, value: string | undefined, kind: Token['kind']): Token | undefined {
  const token = grants.tokens.get(value ?? '');
  if (token === undefined || token.kind !== kind || token.ended || token.grant.ended) return undefined;
  return token.expiresAt !== undefined && token.expiresAt <= grants.now() ? undefined : token;
}

/**
 * Takes a refresh token of this app. Where they rotate it is spent by that, and one that was spent before ends the whole
 * grant (RFC 9700 §4.14.2).
 */
export function takeRefreshToken(
  grants: Grants,
  { value, clientId, rotate }: { value: string | undefined; clientId: string; rotate: boolean },
): Token | undefined {
  const known = grants.tokens.get(value ?? '');
  if (known?.kind !== 'refresh' || known.grant.app.clientId !== clientId) return undefined;
  if (rotate && known.ended) known.grant.ended = true;
  const token = liveToken(grants, value, 'refresh');
  if (token !== undefined && rotate) token.ended = true;
  return token;
}

/** A grant of an app to itself, in somebody's name. */
export function grantTo(app: OauthApp, login: string, scopes: readonly string[]): Grant | undefined {
  const person = personCalled(login);
  return person && { app, person, scopes, ended: false };
}
