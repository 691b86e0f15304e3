import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import type { Clock } from '../../../lib/clock.ts';
import { parseJson } from '../../../lib/json.ts';
import type { Storage } from '../../../storage/storage.ts';
import type { NamedEndUser } from '../end-user-store.ts';
import { signedUntil } from '../tokens/end-tokens.ts';
import { type IssuerKeys, readIssuerKeys } from './key-set-store.ts';
import { claimsHold, readClaims, type SignedType, signedTypes, type WrittenClaims } from './signed-claims.ts';
import { publicKeyOf, type SigningKey } from './signing-keys.ts';

/** What an app says of its end user, signed with a key that a workspace registered. */
export interface SignedClaims {
  readonly workspaceId: string;
  readonly workspaceSlug: string;
  /** The workspace's generation when the keys were read (R6). */
  readonly generation: number;
  readonly keySetId: string;
  /** Ids of connections of the workspace that tokens of this key set may name. */
  readonly allowedConnections: ReadonlySet<string>;
  /** The principals of whoever registered the key set, oldest first (S3). */
  readonly lineage: readonly string[];
  readonly endUser: NamedEndUser;
  /** Its own id; a link always has one. */
  readonly jti: string | undefined;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly connectors?: readonly string[] | undefined;
  /** Those it names and may name. */
  readonly connections?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly returnUrl?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Verifies a token an app signed; `undefined` where it does not hold, for whatever reason. */
export type VerifySigned = (token: string, typ: SignedType) => Promise<SignedClaims | undefined>;

export interface VerifyingParts {
  readonly storage: Pick<Storage, 'rows' | 'workspace'>;
  readonly clock: Clock;
  /** The one audience there is. */
  readonly publicUrl: string;
}

/** Longer than any token we would take. */
const mostCharacters = 16_384;

/**
 * Verifies tokens of registered key sets (S18, S26; RFC 8725): the issuer is a key set's id, so no workspace speaks for
 * another; the key says which algorithm counts, the header only which key; a header that says more is refused.
 */
export function createVerifySigned({ storage, clock, publicUrl }: VerifyingParts): VerifySigned {
  return async (token, typ) => {
    const kid = keyNamedBy(token, typ);
    const written = kid === undefined ? undefined : readClaims(parseJson(payloadOf(token)));
    if (kid === undefined || written === undefined) return undefined;
    if (!claimsHold(written, { typ, audience: publicUrl, now: clock.now() })) return undefined;
    const issuer = await readIssuerKeys(storage, written.iss);
    const key = issuer?.keys.find((each) => each.kid === kid);
    if (issuer === undefined || key === undefined || !(await isSignedBy(key, token))) return undefined;
    const until = await signedUntil(storage.workspace(issuer.workspaceId), written.sub);
    return written.iat * 1_000 <= until ? undefined : claimsOf(written, issuer);
  };
}

/** The type a token claims to be of, unverified; `undefined` where it is none of ours. */
export function signedTypeOf(token: string): SignedType | undefined {
  const typ = headerOf(token)?.['typ'];
  return signedTypes.find((each) => each === typ);
}

/** Which key a token names. One whose header has more than type, algorithm and key is none: nothing in it is obeyed. */
function keyNamedBy(token: string, typ: SignedType): string | undefined {
  if (token.length > mostCharacters) return undefined;
  const { typ: said, kid, alg, ...more } = headerOf(token) ?? {};
  const plain = said === typ && typeof alg === 'string' && Object.keys(more).length === 0;
  return plain && typeof kid === 'string' ? kid : undefined;
}

function headerOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return { ...decodeProtectedHeader(token) };
  } catch {
    return undefined;
  }
}

function payloadOf(token: string): string {
  return Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
}

/** What is told apart here is a signature that does not hold; anything else that throws is a fault of ours. */
async function isSignedBy(key: SigningKey, token: string): Promise<boolean> {
  const algorithms = key.alg === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [key.alg];
  try {
    await compactVerify(token, publicKeyOf(key), { algorithms });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

function claimsOf(written: WrittenClaims, issuer: IssuerKeys): SignedClaims {
  const { workspaceId, workspaceSlug, generation, lineage, connections: allowedConnections } = issuer;
  return {
    workspaceId,
    workspaceSlug,
    generation,
    keySetId: written.iss,
    allowedConnections,
    lineage,
    endUser: { id: written.sub, ...written.end_user },
    jti: written.jti,
    issuedAt: written.iat * 1_000,
    expiresAt: written.exp * 1_000,
    connectors: written.connectors,
    connections: written.connections?.filter((id) => allowedConnections.has(id)),
    scopes: written.scopes,
    returnUrl: written.return_url,
    metadata: written.metadata,
  };
}
