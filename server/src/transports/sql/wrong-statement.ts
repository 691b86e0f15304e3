import type { SqlBlock } from '../../catalog/connector.ts';
import type { Statement } from './work.ts';

type Engine = SqlBlock['engine'];

/** Bytes. */
const longest = 100_000;

/**
 * Why a statement is not even sent, in a sentence; else `undefined`. This only keeps apart what could never be a read: what
 * makes a read one is the database itself, in a session that may not write (S5).
 */
export function wrongStatement({ text, effect }: Statement, engine: Engine): string | undefined {
  if (text.includes('\0')) return 'The statement holds a NUL character. Leave it out.';
  if (Buffer.byteLength(text) > longest) return `The statement is longer than ${longest / 1_000} kB. Shorten it.`;
  const word = firstWord(text, engine);
  if (word === undefined)
    return 'There is no statement: it begins with none of the words that a statement begins with.';
  if (effect === 'write') return refusedWords.has(word) ? refused(word) : undefined;
  if (!readWords[engine].has(word))
    return `A read begins with one of: ${[...readWords[engine]].join(', ')}. Use execute for what changes something.`;
  if (engine === 'mysql' && /\b(outfile|dumpfile)\b/i.test(text))
    return 'A read writes no file: leave INTO OUTFILE and INTO DUMPFILE out. Bind such a word as a parameter where it is data.';
  return undefined;
}

const readWords: Readonly<Record<Engine, ReadonlySet<string>>> = {
  postgres: words('select with values table show explain'),
  mysql: words('select with values table show describe desc explain'),
  sqlite: words('select with values explain pragma'),
};

/** They mean nothing in a session of one statement, or stream files that nobody sends. */
const refusedWords = words(
  'begin start commit end rollback abort savepoint release xa prepare deallocate execute set reset use listen unlisten',
  'declare fetch close copy load lock unlock attach detach pragma handler',
);

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '));
}

function refused(word: string): string {
  return `A statement may not begin with ${word.toUpperCase()} here: it runs alone, in a connection of its own.`;
}

/** What stands before the first word: white space, comments of the engine, and parentheses. */
const skipped: Readonly<Record<Engine, RegExp>> = {
  postgres: /[\s(]+|--[^\n]*(\n|$)/y,
  mysql: /[\s(]+|--[^\n]*(\n|$)|#[^\n]*(\n|$)|\/\*(?!M?!)[\s\S]*?\*\//y,
  sqlite: /[\s(]+|--[^\n]*(\n|$)|\/\*[\s\S]*?(\*\/|$)/y,
};

/** In lower case; `undefined` where something else stands first, such as a comment that MySQL would run. */
function firstWord(text: string, engine: Engine): string | undefined {
  let at = 0;
  for (;;) {
    const end =
      engine === 'postgres' && text.startsWith('/*', at) ? endOfNested(text, at) : matchEnd(skipped[engine], text, at);
    if (end === at) break;
    at = end;
  }
  return /^[a-z]+/i.exec(text.slice(at, at + 40))?.[0].toLowerCase();
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Comments of PostgreSQL hold comments. */
function endOfNested(text: string, at: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}
