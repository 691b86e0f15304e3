import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { nearMiss } from './near-miss.ts';
import { UsageError } from './show-error.ts';

/** What `plugboard help <word>…` prints; the overview where no word follows. Throws `UsageError` for words that name no command. */
export function helpText([about, ...more]: readonly string[]): string {
  if (about === undefined || about.startsWith('-')) return overview();
  if (about === 'exit-codes') return exitCodesHelp;
  const { command, rest } = findCommand(about, more);
  const left = rest.find((word) => !word.startsWith('-'));
  if (left === undefined) return command.help;
  const names = Object.keys(command.verbs ?? {});
  throw new UsageError(
    `There is no command "${about} ${left}".${nearMiss(left, names)} See: plugboard ${about} --help`,
  );
}

/** A command, and the words that are left for it. */
export interface FoundCommand {
  readonly command: Command;
  readonly rest: readonly string[];
}

/** The command behind as many words as name one. Throws `UsageError` where the first names none. */
export function findCommand(name: string, words: readonly string[]): FoundCommand {
  const command = commands.get(name);
  if (command) return deepest(command, words);
  throw new UsageError(`There is no command "${name}".${nearMiss(name, [...commands.keys()])} See: plugboard --help`);
}

function deepest(command: Command, words: readonly string[]): FoundCommand {
  const [word = '', ...rest] = words;
  const verbs = command.verbs ?? {};
  const next = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  return next ? deepest(next, rest) : { command, rest: words };
}

function overview(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}\n`);
  return `plugboard <command>: the switchboard between AI agents and everything they must reach.

${lines.join('')}
Every command explains itself with --help and answers in JSON with --json. What its exit code says: plugboard help exit-codes
`;
}
