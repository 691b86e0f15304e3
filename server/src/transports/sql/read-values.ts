import { isJsonObject, type Json, parseJson } from '../../lib/json.ts';

/** A JSON document as JSON, where all its numbers survive that; else as the text it is. */
export function readJson(text: string): Json {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/gs, '');
  if (/[\d.]{16}|[eE][+-]?\d{3}/.test(numbers)) return text;
  const value = parseJson(text);
  return isJson(value) ? value : text;
}

/** `2026-01-02 03:04:05+00` as ISO 8601: `2026-01-02T03:04:05+00:00`. Anything else, such as `infinity`, stays as it is. */
export function readTime(text: string): string {
  const [matched, date, time, offset = ''] = moment.exec(text) ?? [];
  if (matched === undefined) return text;
  return `${date}T${time}${/^[+-]\d\d$/.test(offset) ? `${offset}:00` : offset}`;
}

const moment = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::?\d\d)*)?$/;

/** A floating point number; JSON knows neither infinity nor what is no number. */
export function readFloat(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

/** Bytes as base64. */
export function readBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Whether a value that JSON was parsed into is one; `undefined` stands for a text that is none. */
export function isJson(value: unknown): value is Json {
  if (value === undefined) return false;
  return value === null || typeof value !== 'object' || Array.isArray(value) || isJsonObject(value);
}
