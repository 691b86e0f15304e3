import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import type { Page } from '../../lib/cursor.ts';
import { sha256 } from '../../lib/digest.ts';
import { newId, randomToken } from '../../lib/ids.ts';
import { Secret } from '../../lib/secret.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { Acting, PageQuery } from '../acting.ts';
import { roleAtLeast } from '../caller.ts';
import type { KeyKind, Role, Scope } from '../caller.ts';
import { bumpGeneration } from '../generations.ts';
import { endKey, findKey, insertKey, pageOfKeys } from './api-key-store.ts';
import type { ApiKey } from './api-key-store.ts';
import { decideMint } from './decide-mint.ts';
import type { KeyWish } from './decide-mint.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'api_key.created': {
      readonly name: string;
      readonly kind: KeyKind;
      readonly role: Role;
      readonly scopes: readonly Scope[];
      readonly prefix: string;
    };
    'api_key.revoked': { readonly name: string; readonly prefix: string };
  }
}

/** What comes with a new key, in its transaction. */
export type Beside = (trx: WorkspaceTrx, key: ApiKey) => Promise<void>;

export interface MintedKey {
  readonly key: ApiKey;
  /** The key itself: shown once, stored nowhere. */
  readonly secret: Secret;
}

/**
 * Makes a key that acts for the caller, and what is to be there with it, in one transaction. Throws FORBIDDEN or BAD_REQUEST with the rule it would break (S3).
 */
export async function mintKey(acting: Acting, wish: KeyWish, beside?: Beside): Promise<MintedKey> {
  const { caller, db, clock } = acting;
  const decision = decideMint(caller, wish);
  if (!decision.ok) throw new Failure(decision.code, decision.refusal);
  const expiresAt = checkedExpiry(wish.expiresAt, clock.now());
  const secret = newApiKey();
  const id = newId(clock.now());
  const { role, scopes, lineage } = decision;
  const key: ApiKey = {
    id,
    userId: caller.userId,
    ...visibleParts(secret, clock.now()),
    name: wish.name,
    role,
    scopes,
    kind: wish.kind,
    lineage: [...lineage, `key:${id}`],
    createdBy: caller.principal,
    expiresAt,
  };
  await db.transact(async (trx) => {
    await insertKey(trx, key, sha256(secret.reveal()));
    const data = { name: key.name, kind: key.kind, role, scopes, prefix: key.prefix };
    await appendEvent(trx, clock, { type: 'api_key.created', actor: actorOf(caller), subject: `api_key:${id}`, data });
    await beside?.(trx, key);
  });
  return { key, secret };
}

/** The keys that are in force: the caller's own, for ADMIN and above everybody's. Newest first. */
export function listKeys({ caller, db }: Acting, page: PageQuery): Promise<Page<ApiKey>> {
  const userId = roleAtLeast(caller.role, 'ADMIN') ? undefined : caller.userId;
  return pageOfKeys(db, { ...page, userId });
}

/** Ends a key: one's own, or for ADMIN and above anybody's. Throws NOT_FOUND where there is none to end. */
export async function revokeKey({ caller, db, clock }: Acting, id: string): Promise<void> {
  await db.transact(async (trx) => {
    const key = await findKey(trx, id);
    const visible = key !== undefined && (key.userId === caller.userId || roleAtLeast(caller.role, 'ADMIN'));
    if (!visible) throw new Failure('NOT_FOUND', 'There is no such API key.');
    const first = await trx.rows
      .selectFrom('instance')
      .select('value')
      .where('name', '=', 'first_key_id')
      .executeTakeFirst();
    if (first?.value === id) {
      throw new Failure(
        'CONFLICT',
        'The first admin key is ended by starting Plugboard with another PLUGBOARD_ADMIN_KEY.',
      );
    }
    if (!(await endKey(trx, id, new Date(clock.now()).toISOString()))) {
      throw new Failure('NOT_FOUND', 'This API key was revoked already.');
    }
    await bumpGeneration(trx);
    const data = { name: key.name, prefix: key.prefix };
    await appendEvent(trx, clock, { type: 'api_key.revoked', actor: actorOf(caller), subject: `api_key:${id}`, data });
  });
}

/** A new key: `pb_` and 256 bits in base64url. */
export function newApiKey(): Secret {
  return new Secret(`pb_${randomToken(32)}`);
}

/** What of a key may be seen later: ten characters of one we made, four of one somebody chose. */
export function visibleParts(
  key: Secret,
  now: number,
): Pick<ApiKey, 'prefix' | 'createdAt' | 'lastUsedAt' | 'revokedAt'> {
  const text = key.reveal();
  const prefix = text.slice(0, /^pb_[\w-]{43}$/.test(text) ? 10 : 4);
  return { prefix, createdAt: new Date(now).toISOString(), lastUsedAt: null, revokedAt: null };
}

function checkedExpiry(expiresAt: string | undefined, now: number): string | null {
  if (expiresAt === undefined) return null;
  const at = Date.parse(expiresAt);
  if (Number.isNaN(at) || at <= now)
    throw new Failure('BAD_REQUEST', 'A key can only expire at a time in the future, written in ISO 8601.');
  return new Date(at).toISOString();
}
