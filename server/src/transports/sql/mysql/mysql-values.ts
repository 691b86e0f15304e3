import type { ExecuteValues } from 'mysql2';
import type { Json } from '../../../lib/json.ts';
import { readBytes, readFloat, readJson, readTime } from '../read-values.ts';

/** What the server says of a column that its values do not. */
export interface Column {
  readonly name: string;
  /** A type of the protocol. */
  readonly type: number;
  readonly isBinary: boolean;
  /** MariaDB's JSON is text that says so. */
  readonly isJson: boolean;
}

const types = { timestamp: 7, datetime: 12, bit: 16, json: 245 } as const;

/** A value of the driver as JSON. What no JSON number holds is text already: BIGINT and DECIMAL. */
export function readMysqlValue(value: unknown, { type, isJson }: Column): Json {
  if (typeof value === 'number') return readFloat(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return readText(value, isJson ? types.json : type);
  if (value instanceof Uint8Array) return type === types.bit ? bits(value) : readBytes(value);
  return value === null || value === undefined ? null : readJson(JSON.stringify(value));
}

function readText(text: string, type: number): Json {
  if (type === types.json) return readJson(text);
  return type === types.datetime || type === types.timestamp ? readTime(text) : text;
}

/** The number that the bits are, as text. */
function bits(bytes: Uint8Array): string {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`).toString();
}

/** A JSON value as the server takes it: whole numbers as such, so that `LIMIT ?` takes them, lists and objects as JSON text. */
export async function bindable(value: Json): Promise<ExecuteValues> {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'object') return JSON.stringify(value);
  const { TypedParameter } = await import('mysql2');
  return Number.isSafeInteger(value) ? TypedParameter.BIGINT(value) : value;
}
