import type { Command } from './command.ts';
import { maintain } from './maintain.ts';
import { plain } from './terminal.ts';

/** `plugboard backup`: everything the server keeps, in one file. */
export const backup: Command = {
  summary: 'save everything the server keeps into one file',
  help: `plugboard backup <file> [--include-key] [--json]

Run it where the server runs, with the server's environment; the server may be running, and goes on. The file holds one
moment of the whole database, whichever engine keeps it, and is readable by you alone.

  --include-key   put the master key in as well: then the file alone opens every secret
  --json          answer in JSON
`,
  answersSignals: true,
  run: (args, env) => maintain(work, args, env),
};

const work = {
  name: 'backup',
  option: 'include-key',
  done: ({ file }: Record<string, unknown>) => `Saved to ${plain(String(file))}.`,
} as const;
