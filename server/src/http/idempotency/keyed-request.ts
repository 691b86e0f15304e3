import { createHmac } from 'node:crypto';
import type { Context } from '../../context.ts';
import { canonicalJson } from '../../lib/json.ts';
import { sealedColumn } from '../../vault/rotation/sealed-column.ts';
import type { Slot } from '../../vault/vault.ts';
import type { RawInput, Route } from '../route.ts';
import type { AnswerPlace } from './idempotent-answer-store.ts';

/** A request that came with a key. */
export interface KeyedRequest {
  readonly route: Route;
  readonly key: string;
  readonly raw: RawInput;
}

/** Where its answer is kept, and what it must have said. */
export interface KeyedPlace extends AnswerPlace {
  readonly bodyHash: string;
}

/** Hashes are keyed: whoever reads the row cannot try out what was sent, which may be a password. */
export function placeOf(ctx: Pick<Context, 'caller' | 'vault'>, { route, key, raw }: KeyedRequest): KeyedPlace {
  const secret = ctx.vault.derive('idempotency');
  const hash = (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const { params, query, body } = raw;
  return {
    principal: ctx.caller.principal,
    route: `${route.method} ${route.path}`,
    keyHash: hash(`key ${key}`),
    bodyHash: hash(`content ${canonicalJson({ params, query, body })}`),
  };
}

/** The answer opens at its own place alone, and for what was asked there (S14, S16). */
export function slotOf({ principal, route, keyHash, bodyHash }: KeyedPlace, workspaceId: string): Slot {
  const record = JSON.stringify([principal, route, keyHash]);
  return { kind: 'idempotent_answer', workspaceId, record, field: bodyHash, generation: 1 };
}

/** Where answers lie. */
export const answerBoxes = sealedColumn({
  table: 'idempotent_answers',
  column: 'answer_box',
  isLong: true,
  key: ['principal', 'route', 'key_hash'],
  further: ['body_hash'],
  slotOf: (workspaceId, read) => {
    const place = { principal: read('principal'), route: read('route'), keyHash: read('key_hash') };
    return slotOf({ ...place, bodyHash: read('body_hash') }, workspaceId);
  },
});
