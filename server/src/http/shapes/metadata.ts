import { z } from 'zod';
import { metadataLimits } from '../../connections/metadata/merge-metadata.ts';

const { keys, keyCharacters, valueCharacters } = metadataLimits;
const name = z
  .string()
  .regex(
    new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${keyCharacters}}$`, 'u'),
    `is not 1 to ${keyCharacters} characters of one line`,
  );
const value = z
  .string()
  .regex(new RegExp(`^[^\\p{Cs}\\0]{0,${valueCharacters}}$`, 'u'), `is longer than ${valueCharacters} characters`);

const few = (map: object): boolean => Object.keys(map).length <= keys;
const tooMany = { error: `holds more than ${keys} keys` };

/** What an app writes on something of an end user: texts by name. */
export const metadata = z.record(name, value).refine(few, tooMany).describe('Texts of the app by name.');

/** What it writes anew: the other keys stay. */
export const metadataChange = z
  .record(name, value.nullable())
  .refine((map) => Object.keys(map).length <= 2 * keys, { error: `names more than ${2 * keys} keys` })
  .describe('Keys to write; null takes one away, and what is not named stays.');

/** What a list is narrowed to: `metadata[plan]=pro`. */
export const metadataFilter = z
  .record(name, value)
  .refine((map) => Object.keys(map).length <= 10, { error: 'names more than 10 keys' })
  .describe('Exactly this, e.g. `metadata[plan]=pro`; of several all.');
