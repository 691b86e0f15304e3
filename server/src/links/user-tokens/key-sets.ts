import { requireAuthority } from '../../access/acting.ts';
import {
  changeKeySet,
  countKeySets,
  endKeySet,
  findKeySet,
  insertKeySet,
  type KeySet,
} from '../../access/end-users/signed/key-set-store.ts';
import { readSigningKeys, type SigningKey } from '../../access/end-users/signed/signing-keys.ts';
import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import { lineageOf } from './mint-user-token.ts';
import { checkNamed } from './named-connections.ts';
import './user-token-events.ts';

type Jwks = Parameters<typeof readSigningKeys>[0];

/** What a key set is to be. */
export interface KeySetWish {
  readonly name: string;
  readonly jwks: Jwks;
  readonly connections?: readonly string[] | undefined;
}

/** What is to be said anew of one; what is left out stays. */
export type KeySetEdit = { readonly [Part in keyof KeySetWish]?: KeySetWish[Part] | undefined };

const mostKeySets = 50;

/**
 * Registers the public keys of an app: what they sign counts from now on as its end users' word. It takes a person (S3).
 * Throws BAD_REQUEST where a key is none that is taken, CONFLICT where there are too many sets.
 */
export async function registerKeySet(ctx: Context, { name, jwks, connections = [] }: KeySetWish): Promise<KeySet> {
  const { caller, clock, db } = ctx;
  requireAuthority(caller);
  const keys = keysIn(jwks);
  await checkNamed(ctx, { ids: connections, own: false });
  const [id, now] = [newId(clock.now()), isoTime(clock)];
  const set: KeySet = { id, name, keys, connections, createdBy: caller.principal, createdAt: now, updatedAt: now };
  await db.transact(async (trx) => {
    if ((await countKeySets(trx)) >= mostKeySets)
      throw new Failure('CONFLICT', `A workspace has at most ${mostKeySets} key sets. Delete one that is not in use.`);
    await insertKeySet(trx, set, lineageOf(ctx));
    await appendEvent(trx, clock, { type: 'key_set.registered', actor: actorOf(caller), ...onRecord(set) });
  });
  return set;
}

/** A key set of the workspace. Throws NOT_FOUND where there is none. */
export async function seeKeySet({ db }: { readonly db: WorkspaceRows }, id: string): Promise<KeySet> {
  const set = await findKeySet(db, id);
  if (set) return set;
  throw noSuchKeySet();
}

/**
 * Replaces what is given: the keys all at once, so that a rotation first adds the new one and takes the old one out when
 * nothing it signed is in use. In force on every replica within a second. It takes a person, like registering.
 */
export async function editKeySet(ctx: Context, { id, ...found }: KeySet, change: KeySetEdit): Promise<KeySet> {
  const { caller, clock, db } = ctx;
  requireAuthority(caller);
  const { name, connections } = change;
  const keys = change.jwks && keysIn(change.jwks);
  if (connections) await checkNamed(ctx, { ids: added(found.connections, connections), own: false });
  return db.transact(async (trx) => {
    const isThere = await changeKeySet(trx, { id, name, keys, connections, updatedAt: isoTime(clock) });
    if (!isThere) throw noSuchKeySet();
    const set = await seeKeySet({ db: trx }, id);
    await bumpGeneration(trx);
    await appendEvent(trx, clock, { type: 'key_set.changed', actor: actorOf(caller), ...onRecord(set) });
    return set;
  });
}

/** Ends a key set and with it everything its keys signed, on every replica within a second. */
export async function revokeKeySet({ caller, clock, db }: Context, { id, name }: KeySet): Promise<void> {
  await db.transact(async (trx) => {
    if (!(await endKeySet(trx, id, isoTime(clock)))) throw noSuchKeySet();
    await bumpGeneration(trx);
    const event = {
      type: 'key_set.revoked',
      actor: actorOf(caller),
      subject: `key_set:${id}`,
      data: { name },
    } as const;
    await appendEvent(trx, clock, event);
  });
}

/** Those that are named anew: what is named already stays named without being asked again. */
function added(connections: readonly string[], ids: readonly string[]): readonly string[] {
  return ids.filter((id) => !connections.includes(id));
}

function keysIn(jwks: Jwks): readonly SigningKey[] {
  const read = readSigningKeys(jwks);
  if ('refused' in read) throw new Failure('BAD_REQUEST', read.refused);
  return read.keys;
}

function onRecord({ id, name, keys, connections }: KeySet) {
  return { subject: `key_set:${id}`, data: { name, kids: keys.map(({ kid }) => kid), connections } };
}

function noSuchKeySet(): Failure {
  return new Failure('NOT_FOUND', 'There is no such key set.');
}
