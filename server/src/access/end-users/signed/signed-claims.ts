import { z } from 'zod';

/** What a signed token is for, in its header's `typ` (RFC 8725 §3.11): neither passes for the other. */
export const signedTypes = ['plugboard-user+jwt', 'plugboard-link+jwt'] as const;
export type SignedType = (typeof signedTypes)[number];

const second = 1_000;
/** How far the clock of an app may be ahead of ours. */
const skewSeconds = 60;
export const skewMs = skewSeconds * second;
/** From `iat` to `exp`, in seconds. */
const longestLife: Record<SignedType, number> = { 'plugboard-user+jwt': 3_600, 'plugboard-link+jwt': 600 };
/** How long a token may count after it was signed, at most, in milliseconds. */
export const longestSignedMs = Math.max(...Object.values(longestLife)) * second + skewMs;

const text = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u);
/** What a step of an address cannot be is no id of an end user (RFC 3986 §3.3). */
const subject = text.refine((id) => id !== '.' && id !== '..');
const list = z.array(text).max(100);
const moment = z.number().nonnegative();

const claimsShape = z.object({
  iss: z.uuid(),
  aud: z.union([z.string(), z.tuple([z.string()]).transform(([only]) => only)]),
  sub: subject,
  iat: moment,
  exp: moment,
  nbf: moment.optional(),
  jti: text.optional(),
  end_user: z.object({ name: text.optional(), email: text.optional() }).optional(),
  connectors: list.optional(),
  connections: z.array(z.uuid()).max(100).optional(),
  scopes: list.optional(),
  return_url: z.string().max(2_000).optional(),
  metadata: z
    .record(z.string().regex(/^[^\p{Cc}\p{Cs}]{1,40}$/u), z.string().regex(/^[^\p{Cs}\0]{0,500}$/u))
    .refine((map) => Object.keys(map).length <= 50)
    .optional(),
});

/** The claims of a token whose form is right; nobody has looked at its signature. */
export type WrittenClaims = z.output<typeof claimsShape>;

/** The claims in a payload; `undefined` where one is missing or is not what it should be. */
export function readClaims(payload: unknown): WrittenClaims | undefined {
  return claimsShape.safeParse(payload).data;
}

export interface Circumstances {
  readonly typ: SignedType;
  /** The audience there is, to the letter: our public URL. */
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Whether the claims hold here and now (RFC 7519 §4.1): for this audience and no other besides, not over, begun, signed no
 * more than a minute ahead of our clock, and valid no longer than its type may be. What counts once has an id.
 */
export function claimsHold(claims: WrittenClaims, { typ, audience, now }: Circumstances): boolean {
  const { aud, iat, exp, nbf = 0, jti } = claims;
  const latestBeginning = now / second + skewSeconds;
  return (
    aud === audience &&
    exp * second > now &&
    iat <= latestBeginning &&
    nbf <= latestBeginning &&
    exp > iat &&
    exp - iat <= longestLife[typ] &&
    (typ === 'plugboard-user+jwt' || jti !== undefined)
  );
}
