import type { Clock } from '../../../lib/clock.ts';
import { readTextList } from '../../../lib/json.ts';
import type { Storage } from '../../../storage/storage.ts';
import type { Caller } from '../../caller.ts';
import type { Generations } from '../../generations.ts';
import { createKnownCredentials, type KnownCredential, type KnownCredentials } from '../../keys/known-credentials.ts';
import { endUserCaller } from '../as-end-user.ts';
import { keepSigned } from '../signed/keep-signed.ts';
import { signedTypeOf, type SignedClaims, type VerifySigned } from '../signed/verify-signed.ts';
import { makerStands, readConnectors } from './user-token-store.ts';

export interface UserTokenParts {
  readonly storage: Storage;
  readonly generations: Generations;
  readonly clock: Clock;
  readonly verifySigned: VerifySigned;
}

/** Whether a text is the token of an end user, by its form: one of ours, or one that an app signed for this use. */
export function looksLikeUserToken(text: string): boolean {
  return /^pbu_[\w-]{43}$/.test(text) || isSigned(text);
}

function isSigned(text: string): boolean {
  return text.split('.').length === 3 && signedTypeOf(text) === 'plugboard-user+jwt';
}

/** Verified tokens of end users in memory, ours and those that apps signed. */
export function createKnownUserTokens({ storage, generations, clock, verifySigned }: UserTokenParts): KnownCredentials {
  const keep = keepSigned(storage, clock);
  const loadSigned = async (text: string): Promise<KnownCredential | undefined> => {
    const claims = await verifySigned(text, 'plugboard-user+jwt');
    const endUser = claims && (await keep(claims));
    return endUser && knownBySignature(claims, endUser);
  };
  return createKnownCredentials({
    generations,
    clock,
    load: ({ text, hash }) => (isSigned(text) ? loadSigned(text) : readUserToken(storage, hash)),
  });
}

/** Personal connections are nobody's to sign away: those that are named are shared ones. */
function knownBySignature(claims: SignedClaims, endUser: { readonly id: string; readonly externalId: string }) {
  const { workspaceId, workspaceSlug, generation, expiresAt, connectors, connections, lineage } = claims;
  const reach = { connectors: connectors && new Set(connectors), connections: new Set(connections), lineage };
  const caller = endUserCaller(endUser, { workspaceId, via: 'user_token', ...reach });
  return { identity: identityOf(caller), caller, workspaceSlug, expiresAt, generation };
}

/**
 * The token with this hash, unless it was revoked, its end user erased, the key that made it revoked, or whoever made it left.
 * Token and generation come from one statement: never newer than what they are kept under.
 */
async function readUserToken(storage: Storage, hash: string): Promise<KnownCredential | undefined> {
  const row = await storage.rows
    .selectFrom('user_tokens')
    .innerJoin('end_users', (join) =>
      join
        .onRef('end_users.workspace_id', '=', 'user_tokens.workspace_id')
        .onRef('end_users.id', '=', 'user_tokens.end_user_id'),
    )
    .innerJoin('workspaces', 'workspaces.id', 'user_tokens.workspace_id')
    .innerJoin('workspace_state', 'workspace_state.workspace_id', 'user_tokens.workspace_id')
    .select(['user_tokens.workspace_id', 'user_tokens.connectors', 'user_tokens.connections', 'user_tokens.expires_at'])
    .select(['user_tokens.maker_user_id', 'user_tokens.lineage', 'end_users.id', 'end_users.external_id'])
    .select(['workspaces.slug', 'workspace_state.generation'])
    .where('user_tokens.hash', '=', hash)
    .where('user_tokens.revoked_at', 'is', null)
    .where('end_users.erased_at', 'is', null)
    .where(makerStands)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const connectors = readConnectors(row.connectors);
  const caller = endUserCaller(
    { id: row.id, externalId: row.external_id },
    {
      workspaceId: row.workspace_id,
      via: 'user_token',
      connectors: connectors && new Set(connectors),
      connections: new Set(readTextList(row.connections)),
      namedBy: new Set([row.maker_user_id]),
      lineage: readTextList(row.lineage),
    },
  );
  const expiresAt = Date.parse(row.expires_at);
  return { identity: identityOf(caller), caller, workspaceSlug: row.slug, expiresAt, generation: row.generation };
}

function identityOf({ principal, userId }: Caller) {
  return { via: 'user_token', principal, userId, ambient: false } as const;
}
