import type { Command } from '../command.ts';

/** What can follow a chain of words: `connections list` → its options. */
export interface Following {
  /** The words before, empty at the beginning. */
  readonly after: string;
  readonly words: readonly string[];
}

/** Every chain of words and what follows it, from the table of commands and the options in their help. */
export function followings(commands: ReadonlyMap<string, Command>): readonly Following[] {
  const rest = [...commands].flatMap(([name, command]) => below(name, command));
  return [
    { after: '', words: [...commands.keys(), 'help'] },
    { after: 'help', words: [...commands.keys(), 'exit-codes'] },
    ...rest,
  ];
}

function below(after: string, { verbs = {}, help }: Command): readonly Following[] {
  const names = Object.keys(verbs);
  const words = names.length > 0 ? names : [...new Set(help.match(/(?<![\w-])--[a-z][a-z-]*/g)), '--help'];
  return [{ after, words }, ...Object.entries(verbs).flatMap(([name, command]) => below(`${after} ${name}`, command))];
}
