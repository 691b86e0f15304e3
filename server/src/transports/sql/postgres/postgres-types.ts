import type { Json } from '../../../lib/json.ts';
import { readBytes, readFloat, readJson, readTime } from '../read-values.ts';

type Read = (text: string) => Json;

/** Takes the text of a `text[]` apart: nested lists of texts and NULLs. */
export type ReadTexts = (text: string) => unknown;

/** By the object id of a type, what turns the text of its values into JSON. What no JSON number holds stays text. */
export function typeParser(readTexts: ReadTexts): (oid: number) => Read {
  return (oid) => {
    const scalar = scalars.get(oid);
    if (scalar !== undefined) return scalar;
    const item = arrays.get(oid);
    return item === undefined ? (text) => text : (text) => each(readTexts(text), scalars.get(item) ?? String);
  };
}

const number: Read = (text) => readFloat(Number(text));

/** Object ids never change (PostgreSQL, `pg_type.dat`). What is not here is text: int8, numeric, money, uuid, inet, ranges. */
const scalars: ReadonlyMap<number, Read> = new Map<number, Read>([
  [16, (text) => text === 't'],
  [17, (text) => (text.startsWith(String.raw`\x`) ? readBytes(Buffer.from(text.slice(2), 'hex')) : text)],
  [21, number],
  [23, number],
  [26, number],
  [114, readJson],
  [700, number],
  [701, number],
  [1114, readTime],
  [1184, readTime],
  [3802, readJson],
]);

/** Array types, and the type of their items. */
const arrays: ReadonlyMap<number, number> = new Map([
  ...([
    [199, 114],
    [1000, 16],
    [1001, 17],
    [1002, 18],
    [1003, 19],
    [1005, 21],
    [1007, 23],
    [1009, 25],
  ] as const),
  ...([
    [1014, 1042],
    [1015, 1043],
    [1016, 20],
    [1021, 700],
    [1022, 701],
    [1028, 26],
    [1041, 869],
  ] as const),
  ...([
    [1115, 1114],
    [1182, 1082],
    [1183, 1083],
    [1185, 1184],
    [1187, 1186],
    [1231, 1700],
  ] as const),
  ...([
    [2951, 2950],
    [3807, 3802],
  ] as const),
]);

function each(value: unknown, read: Read): Json {
  if (Array.isArray(value)) return value.map((item) => each(item, read));
  return typeof value === 'string' ? read(value) : null;
}
