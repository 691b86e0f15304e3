import type { Command } from './command.ts';
import { nearMiss } from './near-miss.ts';
import { UsageError } from './show-error.ts';

/** Commands behind one noun. Its help lists them, where it has none of its own; without a verb it says which there are. */
export function commandGroup(
  name: string,
  { summary, verbs, help }: Pick<Command, 'summary'> & { readonly verbs: Verbs; readonly help?: string },
): Command {
  return { summary, help: help ?? overview(name, { summary, verbs }), verbs, run: (args) => refuse(name, verbs, args) };
}

type Verbs = Readonly<Record<string, Command>>;

function overview(name: string, { summary, verbs }: { readonly summary: string; readonly verbs: Verbs }): string {
  const width = Math.max(...Object.keys(verbs).map((verb) => verb.length)) + 2;
  const lines = Object.entries(verbs).map(([verb, command]) => `  ${verb.padEnd(width)}${command.summary}\n`);
  return `plugboard ${name} <command>: ${summary}\n\n${lines.join('')}\nMore of each: plugboard ${name} <command> --help\n`;
}

function refuse(name: string, verbs: Verbs, [word = '']: readonly string[]): never {
  const names = Object.keys(verbs);
  const isNone = word === '' || word.startsWith('-');
  const said = isNone ? `Say what to do with ${name}` : `"plugboard ${name} ${word}" is not a command`;
  throw new UsageError(`${said}: ${listed(names)}.${nearMiss(word, names)}`);
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
