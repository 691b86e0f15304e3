import type { Command } from '../command.ts';
import { removeProfile, usualProfile } from '../profiles.ts';
import { readArguments, refuseMore } from '../read-arguments.ts';
import { Failed } from '../show-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { plain, print } from '../terminal.ts';

/** `plugboard logout`: forgets a profile. The key itself goes on. */
export const logout: Command = {
  summary: 'forget a server and its key',
  help: `plugboard logout [--profile <name>] [--json]

Forgets the key that "plugboard login" kept. The key itself goes on: "plugboard keys revoke" ends it.

  --profile <name>    default: PLUGBOARD_PROFILE, then "default"
  --json              answer in JSON
`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, options);
    refuseMore(positionals);
    const profile = values.profile ?? (env['PLUGBOARD_PROFILE']?.trim() || usualProfile);
    if (!removeProfile(env, profile))
      throw new Failed(`There is no profile "${profile}". "plugboard profiles" lists them.`, exitCodes.notFound);
    return print(values.json, { forgotten: profile }, () => `The profile ${plain(profile)} is forgotten.\n`);
  },
};

const options = { profile: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
