import { Failure } from '../../../errors.ts';
import type { Clock } from '../../../lib/clock.ts';
import { digestOf } from '../../../lib/digest.ts';
import type { Storage } from '../../../storage/storage.ts';
import { type EndUser, findEndUser, keepEndUser, type NamedEndUser } from '../end-user-store.ts';
import { signedUntil } from '../tokens/end-tokens.ts';
import type { SignedClaims } from './verify-signed.ts';

/** The end user a verified token names, made on first sight; `undefined` where their tokens were ended meanwhile. */
export type KeepSigned = (claims: SignedClaims) => Promise<EndUser | undefined>;

const mostKept = 10_000;

/**
 * Writes what tokens say of end users once: a token that says the same again writes nothing, also where the app has changed
 * the name since by another way.
 */
export function keepSigned(storage: Pick<Storage, 'workspace'>, clock: Clock): KeepSigned {
  const written = new Map<string, string>();
  return async (claims) => {
    const { workspaceId, endUser } = claims;
    const said = digestOf(endUser);
    const whose = `${workspaceId} ${endUser.id}`;
    const known = await findEndUser(storage.workspace(workspaceId), endUser.id);
    if (known && (written.get(whose) === said || saysNothingNew(known, endUser))) return known;
    const kept = await write(storage, clock, claims).catch(asNobody);
    if (kept === undefined) return undefined;
    if (written.size >= mostKept) written.clear();
    written.set(whose, said);
    return kept;
  };
}

function saysNothingNew(known: EndUser, { name, email }: NamedEndUser): boolean {
  return (name ?? known.name) === known.name && (email ?? known.email) === known.email;
}

/** Looks after writing whether they were ended: an erasure that came in between has been waited for by then. */
function write(
  storage: Pick<Storage, 'workspace'>,
  clock: Clock,
  { workspaceId, endUser, issuedAt }: SignedClaims,
): Promise<EndUser> {
  return storage.workspace(workspaceId).transact(async (trx) => {
    const kept = await keepEndUser(trx, clock, endUser);
    if (issuedAt > (await signedUntil(trx, endUser.id))) return kept;
    throw new Failure('UNAUTHORIZED', 'What was signed for this end user until now no longer counts.');
  });
}

/** A token that names somebody who is not to be known again is none. */
function asNobody(error: unknown): undefined {
  if (!(error instanceof Failure) || error.status >= 500) throw error;
  return undefined;
}
