import { UsageError } from '../show-error.ts';

/** What both tails take. */
export const tailOptions = {
  lines: { type: 'string', default: '10' },
  'no-follow': { type: 'boolean', default: false },
} as const;

/** The same, for `--help`. */
export const tailHelp = `  --lines <n>         how many of those on record are shown first; default: 10
  --no-follow         show those and end
`;

/** A number of lines. Throws `UsageError` where it is none. */
export function linesIn(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UsageError('--lines is a number from 0 to 9999.');
}
