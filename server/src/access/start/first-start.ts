import { join } from 'node:path';
import { Failure } from '../../errors.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import type { Clock } from '../../lib/clock.ts';
import { sha256 } from '../../lib/digest.ts';
import { newId } from '../../lib/ids.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Storage, SystemTrx, WorkspaceTrx } from '../../storage/storage.ts';
import { dropKeyFile, writeKeyFile } from './admin-key-file.ts';
import { scopes } from '../caller.ts';
import { bumpGeneration } from '../generations.ts';
import { endKey, insertKey } from '../keys/api-key-store.ts';
import { newApiKey, visibleParts } from '../keys/api-keys.ts';
import { readInstance } from '../keys/known-keys.ts';
import { makeWorkspace } from '../workspaces/make-workspace.ts';
import type { OnWorkspaceCreated } from '../workspaces/make-workspace.ts';
import { insertPerson } from '../workspaces/people/person-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'admin_key.changed': { readonly prefix: string };
  }
}

export interface FirstStartOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** `PLUGBOARD_ADMIN_KEY`; without it one is generated. */
  readonly adminKey: Secret | undefined;
  readonly dataDir: string;
  readonly onWorkspaceCreated: OnWorkspaceCreated;
}

/** An admin key that was generated just now: to be shown once on a terminal, never in a log (S28). */
export interface GeneratedKey {
  readonly key: Secret;
  /** The file that holds it, mode 0600. */
  readonly file: string;
}

/**
 * Makes operator, workspace, crew, project and the first admin key of an empty database, in one transaction and once however
 * many processes start; later, ends the admin key where another one is configured (S28). Throws sentences about a bad key.
 */
export async function firstStart(options: FirstStartOptions): Promise<GeneratedKey | undefined> {
  if (options.adminKey !== undefined) refuseWeak(options.adminKey);
  const file = join(options.dataDir, 'admin.key');
  const { operatorId } = await readInstance(options.storage);
  if (operatorId === undefined) {
    const key = options.adminKey ?? newApiKey();
    const write = options.adminKey === undefined ? () => writeKeyFile(file, key) : () => {};
    if (await begin(options, key, write)) return options.adminKey === undefined ? { key, file } : undefined;
  }
  if (options.adminKey !== undefined) await changeAdminKey(options, options.adminKey, file);
  return undefined;
}

function refuseWeak(key: Secret): void {
  const text = key.reveal();
  if (text.length >= 24 && !/\s/.test(text) && new Set(text).size >= 8) return;
  throw new Failure(
    'BAD_REQUEST',
    'PLUGBOARD_ADMIN_KEY is too weak: use at least 24 unpredictable characters without spaces, e.g. of: openssl rand -hex 32',
  );
}

/** False where another process was first. The file is written before the commit: a key that counts is never lost. */
async function begin(options: FirstStartOptions, key: Secret, writeFile: () => void): Promise<boolean> {
  const { storage, clock, onWorkspaceCreated } = options;
  return storage.transact(async (trx) => {
    const ownerId = newId(clock.now());
    if (!(await claim(trx, ownerId))) return false;
    await insertPerson(trx, clock, { id: ownerId, name: 'Owner', email: 'owner@plugboard.invalid' });
    const wish = { name: 'Default', slug: 'default', ownerId, actor: systemActor };
    const workspaceId = await makeWorkspace({ trx, clock, onWorkspaceCreated }, wish);
    const keyId = await insertFirstKey(trx.workspace(workspaceId), { clock, key, ownerId });
    await putFact(trx, 'first_key_id', keyId);
    await putFact(trx, 'admin_key_hash', sha256(key.reveal()));
    writeFile();
    return true;
  });
}

/** Of processes that start at once one gets the row; the others wait for its commit and find it. */
async function claim(trx: SystemTrx, operatorId: string): Promise<boolean> {
  const won = await trx.rows
    .insertInto('instance')
    .values({ name: 'operator_user_id', value: operatorId })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst();
  return won !== undefined;
}

async function insertFirstKey(
  trx: WorkspaceTrx,
  { clock, key, ownerId }: { readonly clock: Clock; readonly key: Secret; readonly ownerId: string },
): Promise<string> {
  const id = newId(clock.now());
  const named = { id, userId: ownerId, name: 'First admin key', role: 'OWNER' as const, kind: 'person' as const };
  const made = {
    ...named,
    ...visibleParts(key, clock.now()),
    scopes,
    createdBy: systemActor.principal,
    expiresAt: null,
  };
  await insertKey(trx, { ...made, lineage: [`key:${id}`] }, sha256(key.reveal()));
  const data = { name: made.name, kind: made.kind, role: made.role, scopes, prefix: made.prefix };
  await appendEvent(trx, clock, { type: 'api_key.created', actor: systemActor, subject: `api_key:${id}`, data });
  return id;
}

async function changeAdminKey({ storage, clock }: FirstStartOptions, key: Secret, file: string): Promise<void> {
  const hash = sha256(key.reveal());
  const changed = await storage.transact(async (trx) => {
    if (!(await replaceHash(trx, hash))) return false;
    await refuseEnded(trx, hash);
    const { firstKeyId = '', operatorId: ownerId = '' } = await readInstance(trx);
    const old = await trx.rows
      .selectFrom('api_keys')
      .select('workspace_id')
      .where('id', '=', firstKeyId)
      .executeTakeFirstOrThrow();
    const inside = trx.workspace(old.workspace_id);
    await bumpGeneration(inside);
    await endKey(inside, firstKeyId, new Date(clock.now()).toISOString());
    await putFact(trx, 'first_key_id', await insertFirstKey(inside, { clock, key, ownerId }));
    const data = { prefix: visibleParts(key, clock.now()).prefix };
    await appendEvent(inside, clock, {
      type: 'admin_key.changed',
      actor: systemActor,
      subject: `api_key:${firstKeyId}`,
      data,
    });
    return true;
  });
  if (changed) dropKeyFile(file);
}

/** False where this key is in force already, be it because another process just changed it. */
async function replaceHash(trx: SystemTrx, hash: string): Promise<boolean> {
  const { numUpdatedRows } = await trx.rows
    .updateTable('instance')
    .set({ value: hash })
    .where('name', '=', 'admin_key_hash')
    .where('value', '!=', hash)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function refuseEnded(trx: SystemTrx, hash: string): Promise<void> {
  const used = await trx.rows.selectFrom('api_keys').select('id').where('hash', '=', hash).executeTakeFirst();
  if (used === undefined) return;
  throw new Failure(
    'CONFLICT',
    'PLUGBOARD_ADMIN_KEY holds a key that was in use before and has ended. Choose a new one.',
  );
}

async function putFact(trx: SystemTrx, name: string, value: string): Promise<void> {
  await trx.rows
    .insertInto('instance')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
