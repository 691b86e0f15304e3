import { styleText } from 'node:util';
import { streams } from './streams.ts';

/** Writes to standard output; false where nobody reads it any more (a closed pipe), which is no reason to fail loudly. */
export function writeOut(text: string): Promise<boolean> {
  const { stdout } = streams();
  return new Promise((resolve) => {
    const closed = (): void => resolve(false);
    // Without a listener a closed pipe would end the process with a stack trace.
    stdout.once('error', closed);
    stdout.write(text, (error) => {
      if (!error) stdout.off('error', closed);
      resolve(!error);
    });
  });
}

/** Writes one JSON document, or what a person reads, and resolves to the exit code: 1 where nobody reads it any more. */
export async function print(asJson: boolean, data: unknown, text: () => string): Promise<number> {
  const written = await writeOut(asJson ? `${JSON.stringify(data, null, 2)}\n` : text());
  return written ? 0 : 1;
}

/** Writes to standard error, where warnings go so that they never mix with what a program reads. */
export function writeError(text: string): void {
  streams().stderr.write(text);
}

/** The text without what could steer a terminal or turn the reading direction. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}

/** The same for text of several lines. */
export function plainLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Cf}/gu, '\u{fffd}');
}

/** Rows in columns that line up, each row on its line. On a terminal the first row is bold where it is a heading, and states have a colour. */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(plain));
  const widths = clean[0]?.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0))) ?? [];
  const isHeading = clean[0]?.every((cell) => cell !== '' && cell === cell.toUpperCase()) ?? false;
  const line = (row: readonly string[], at: number): string =>
    row
      .map((cell, column) => {
        const padding = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cell.length);
        return `${at === 0 && isHeading ? inColour('bold', cell) : inItsColour(cell)}${padding}`;
      })
      .join('  ');
  return clean.map((row, at) => `${line(row, at).trimEnd()}\n`).join('');
}

/** A word in the colour that it has on a terminal, or as it is. */
export function inItsColour(word: string): string {
  const colour = colours.get(word);
  return colour === undefined ? word : inColour(colour, word);
}

type Colour = 'green' | 'yellow' | 'red' | 'bold';

const colours = new Map<string, Colour>([
  ...['ok', 'connected', 'done'].map((word) => [word, 'green'] as const),
  ...['warning', 'pending', 'executing', 'needs_approval', 'token_expired'].map((word) => [word, 'yellow'] as const),
  ...['failed', 'auth_failed', 'revoked', 'declined', 'rejected', 'unavailable', 'outcome_unknown'].map(
    (word) => [word, 'red'] as const,
  ),
]);

function inColour(colour: Colour, text: string): string {
  return hasColours() ? styleText(colour, text, { validateStream: false }) : text;
}

/** Only a terminal has colours, and only where nobody said no (no-color.org). */
function hasColours(): boolean {
  return streams().stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}
