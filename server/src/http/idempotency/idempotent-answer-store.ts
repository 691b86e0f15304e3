import type { ExpressionBuilder, Selectable } from 'kysely';
import type { Fixed, Tables, WorkspaceColumn } from '../../storage/schema.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

export interface IdempotentAnswersTable {
  workspace_id: WorkspaceColumn;
  principal: Fixed<string>;
  /** `POST /api/v1/crews` */
  route: Fixed<string>;
  key_hash: Fixed<string>;
  body_hash: Fixed<string>;
  /** The request that is answering, or has answered. */
  owner: Fixed<string>;
  /** Until when its process says that it is at it. One that is past this without an answer was cut off. */
  held_until: string;
  /** The sealed answer; absent where it showed a secret once, or was too large. */
  answer_box: string | null;
  /** The id of what was made, where the answer showed a secret once. */
  subject: string | null;
  created_at: Fixed<string>;
  answered_at: string | null;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    idempotent_answers: IdempotentAnswersTable;
  }
}

export type IdempotentAnswer = Selectable<IdempotentAnswersTable>;

/** Whose key on which route (S16); the workspace is the database's. */
export interface AnswerPlace {
  readonly principal: string;
  readonly route: string;
  readonly keyHash: string;
}

/** A place that one request holds. */
export interface HeldPlace extends AnswerPlace {
  readonly owner: string;
}

export interface Claim extends HeldPlace {
  readonly bodyHash: string;
  readonly at: string;
  readonly heldUntil: string;
  /** What is older counts as forgotten, swept or not. */
  readonly forgottenBefore: string;
}

/** Takes a place that is free; false where another request has it. */
export async function claimPlace(trx: WorkspaceTrx, claim: Claim): Promise<boolean> {
  await trx.rows
    .deleteFrom('idempotent_answers')
    .where(isAt(claim))
    .where('created_at', '<', claim.forgottenBefore)
    .execute();
  const row = {
    principal: claim.principal,
    route: claim.route,
    key_hash: claim.keyHash,
    body_hash: claim.bodyHash,
    owner: claim.owner,
    held_until: claim.heldUntil,
    created_at: claim.at,
  };
  const result = await trx.rows
    .insertInto('idempotent_answers')
    .values(row)
    .onConflict((conflict) => conflict.columns(['workspace_id', 'principal', 'route', 'key_hash']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export function findIdempotentAnswer(db: WorkspaceRows, place: AnswerPlace): Promise<IdempotentAnswer | undefined> {
  return db.rows.selectFrom('idempotent_answers').selectAll().where(isAt(place)).executeTakeFirst();
}

/** Says until when the request is still at it. */
export async function holdPlace(trx: WorkspaceTrx, held: HeldPlace, heldUntil: string): Promise<void> {
  await unanswered(trx, held).set({ held_until: heldUntil }).execute();
}

/** What is kept of an answer. */
export type KeptAnswer = Pick<IdempotentAnswer, 'answer_box' | 'subject'> & { readonly answered_at: string };

export async function keepAnswer(trx: WorkspaceTrx, held: HeldPlace, kept: KeptAnswer): Promise<void> {
  await unanswered(trx, held).set(kept).execute();
}

/** Gives the place up: the next request with the key is answered as the first. */
export async function releasePlace(trx: WorkspaceTrx, held: HeldPlace): Promise<void> {
  await trx.rows.deleteFrom('idempotent_answers').where(isAt(held)).where('owner', '=', held.owner).execute();
}

/** Deletes the oldest answers of all workspaces, up to about this many of those before a time (ISO 8601); answers how many. */
export async function deleteOldest(storage: Storage, before: string, atOnce: number): Promise<number> {
  return storage.transact(async ({ rows }) => {
    const oldest = await rows
      .selectFrom('idempotent_answers')
      .select('created_at')
      .where('created_at', '<', before)
      .orderBy('created_at')
      .limit(atOnce)
      .execute();
    const last = oldest.at(-1);
    if (last === undefined) return 0;
    await rows.deleteFrom('idempotent_answers').where('created_at', '<=', last.created_at).execute();
    return oldest.length;
  });
}

type Where = ExpressionBuilder<Tables, 'idempotent_answers'>;

function isAt({ principal, route, keyHash }: AnswerPlace) {
  return (eb: Where) => eb.and({ principal, route, key_hash: keyHash });
}

function unanswered(trx: WorkspaceTrx, held: HeldPlace) {
  return trx.rows
    .updateTable('idempotent_answers')
    .where(isAt(held))
    .where('owner', '=', held.owner)
    .where('answered_at', 'is', null);
}
