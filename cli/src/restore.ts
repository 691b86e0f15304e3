import type { Command } from './command.ts';
import { maintain } from './maintain.ts';
import { plain } from './terminal.ts';

/** `plugboard restore`: a backup becomes the database again. */
export const restore: Command = {
  summary: 'make a backup the database again',
  help: `plugboard restore <file> [--force] [--json]

Run it with the server's environment while the server is stopped. It needs the master key of the backup, and a data folder
without a database or an empty PostgreSQL database; the engine may be another than before. Every row is compared with what
was saved before it counts.

  --force   put a SQLite database that is there aside, as plugboard.db.before-<time>
  --json    answer in JSON
`,
  answersSignals: true,
  run: (args, env) => maintain(work, args, env),
};

const work = {
  name: 'restore',
  option: 'force',
  done: ({ made_at: madeAt }: Record<string, unknown>) =>
    `Restored what was saved at ${plain(String(madeAt))}. Start the server.`,
} as const;
