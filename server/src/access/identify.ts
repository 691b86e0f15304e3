import { Failure } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { Credentials, Identity } from './access.ts';
import type { PeopleAuth } from './sign-in/better-auth.ts';
import { looksLikeUserToken } from './end-users/tokens/known-user-tokens.ts';
import type { KnownCredential, KnownCredentials } from './keys/known-credentials.ts';
import { findTied } from './sign-in/ties.ts';
import type { VerifyJwt } from './sign-in/verify-jwt.ts';

export interface IdentifyParts {
  readonly storage: Storage;
  readonly auth: Pick<PeopleAuth, 'sessionOf'>;
  readonly keys: KnownCredentials;
  readonly userTokens: KnownCredentials;
  /** Absent where no identity provider is configured. */
  readonly verifyJwt: VerifyJwt | undefined;
  readonly issuer: string | undefined;
  /** Where only the sender can have put the session cookie. */
  readonly cookieName: string;
}

/** An identity, and the key or the token of an end user behind it where there is one. */
export interface Identified {
  readonly identity: Identity;
  readonly known?: KnownCredential;
}

/**
 * Who the credentials belong to (RULINGS, Everywhere 1). What was sent on purpose counts; a cookie counts only without it.
 * Throws BAD_REQUEST where two were sent that differ, FORBIDDEN for a valid token of somebody nobody invited.
 */
export async function identify(parts: IdentifyParts, credentials: Credentials): Promise<Identified | undefined> {
  const { authorization, apiKey, cookie } = credentials;
  const bearer = bearerOf(authorization);
  if (authorization !== undefined && bearer === undefined) return undefined;
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) {
    throw new Failure(
      'BAD_REQUEST',
      'The request carries two different credentials. Send either Authorization or x-api-key.',
    );
  }
  const text = apiKey ?? bearer;
  if (text !== undefined) return identifyText(parts, text, bearer !== undefined);
  if (cookie === undefined || !cookie.includes(`${parts.cookieName}=`)) return undefined;
  return identifySession(parts, new Headers({ cookie }), true);
}

async function identifyText(parts: IdentifyParts, text: string, isBearer: boolean): Promise<Identified | undefined> {
  const ofEndUser = looksLikeUserToken(text);
  const known = await (ofEndUser ? parts.userTokens : parts.keys).find(text);
  if (known !== undefined) return { identity: known.identity, known };
  if (ofEndUser || !isBearer || text.startsWith('pb_')) return undefined;
  if (text.split('.').length === 3) return identifyJwt(parts, text);
  return identifySession(parts, new Headers({ authorization: `Bearer ${text}` }), false);
}

async function identifySession(
  { auth }: IdentifyParts,
  headers: Headers,
  ambient: boolean,
): Promise<Identified | undefined> {
  const session = await auth.sessionOf(headers);
  if (session === undefined) return undefined;
  return { identity: { via: 'session', principal: `session:${session.id}`, userId: session.userId, ambient } };
}

/** The subject identifies, never the e-mail; a subject nobody linked to a person does not join by itself (S26). */
async function identifyJwt(
  { storage, verifyJwt, issuer }: IdentifyParts,
  token: string,
): Promise<Identified | undefined> {
  const subject = await verifyJwt?.(token);
  if (subject === undefined || issuer === undefined) return undefined;
  const userId = await findTied(storage, { issuer, subject });
  if (userId === undefined) {
    throw new Failure(
      'FORBIDDEN',
      'The token is valid, but nobody here signs in with it. Ask an admin for an invitation first.',
    );
  }
  return { identity: { via: 'jwt', principal: `jwt:${userId}`, userId, ambient: false } };
}

/** The token of `Authorization: Bearer <token>` (RFC 6750 §2.1). */
function bearerOf(authorization: string | undefined): string | undefined {
  return authorization?.match(/^Bearer +([^\s]+) *$/i)?.[1];
}
