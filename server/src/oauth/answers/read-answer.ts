import { isDeeperThan, isRecord, parseJson } from '../../lib/json.ts';
import type { Answered } from './answered.ts';

const deepest = 32;

/** The object an answer holds: JSON, or a form, whatever its media type says. Otherwise its text. */
export function readAnswer({ text }: Pick<Answered['answer'], 'text'>): Record<string, unknown> | string {
  const json = parseJson(text.replace(/^\uFEFF/, ''));
  if (isRecord(json)) return isDeeperThan(json, deepest) ? '' : json;
  const form = text.trim();
  return /^[^\s<>{}"&=]+=[^\s<>{}"]*$/.test(form) ? Object.fromEntries(new URLSearchParams(form)) : text;
}
