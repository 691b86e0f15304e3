import type { Command } from '../command.ts';
import { profileNames, readProfile } from '../profiles.ts';
import { readArguments, refuseMore } from '../read-arguments.ts';
import { print, table } from '../terminal.ts';

/** `plugboard profiles`: the servers somebody signed in to. */
export const profiles: Command = {
  summary: 'list the servers you signed in to',
  help: `plugboard profiles [--json]

The profiles that "plugboard login" made, without their keys.

  --json   answer in JSON
`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } });
    refuseMore(positionals);
    const found = profileNames(env).map((name) => ({ name, url: urlOf(() => readProfile(env, name)?.url) }));
    return print(values.json, found, () =>
      found.length === 0
        ? 'There is no profile yet. Make one: plugboard login\n'
        : table([['NAME', 'SERVER'], ...found.map(({ name, url }) => [name, url ?? 'damaged: sign in again'])]),
    );
  },
};

/** A damaged profile keeps no other from being listed. */
function urlOf(read: () => string | undefined): string | null {
  try {
    return read() ?? null;
  } catch {
    return null;
  }
}
