import { readFileSync } from 'node:fs';
import { createPlugboard, type Me } from '../../../sdk/src/index.ts';
import { ask, isInteractive } from '../asking/ask.ts';
import { readStdin } from '../asking/read-stdin.ts';
import type { Command, Environment } from '../command.ts';
import { readProfile, usualProfile, writeProfile } from '../profiles.ts';
import { readArguments, refuseMore } from '../read-arguments.ts';
import { isLoopback, readSetting, serverUrl } from '../settings.ts';
import { UsageError } from '../show-error.ts';
import { plain, print, writeError } from '../terminal.ts';
import { describeCaller } from './describe-caller.ts';

/** `plugboard login`: tries a key and keeps it, with its server, as a profile. */
export const login: Command = {
  summary: 'sign in to a server with a key, and keep both',
  help: `plugboard login [--url <address>] [--profile <name>] [--key-file <file>] [--json]

Asks for the key without showing it, or reads it from standard input:
  plugboard login --url https://plugboard.example.com < key.txt

The server is asked whose key it is; only one that it takes is kept, where you alone can read it:
$XDG_CONFIG_HOME/plugboard/profiles/<name>.json, by default below ~/.config.

  --url <address>     default: PLUGBOARD_URL, the profile's until now, the default profile's, http://localhost:7400
  --profile <name>    one name for each server; default: PLUGBOARD_PROFILE, then "default"
  --key-file <file>   holds the key; it is copied
  --json              answer in JSON
`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, options);
    refuseMore(positionals);
    const profile = values.profile ?? (env['PLUGBOARD_PROFILE']?.trim() || usualProfile);
    const url = await chooseUrl(env, values.url, profile);
    if (url.startsWith('http:') && !isLoopback(url))
      writeError(`Warning: the key travels to ${new URL(url).host} in clear text. Use its https address.\n`);
    const key = await takeKey(values['key-file']);
    const me = await createPlugboard({ url, key }).me.get();
    const file = writeProfile(env, profile, { url, key });
    const shown = { profile, url, file, principal: me.principal, caller: me.caller };
    return print(values.json, shown, () => told(me, { url, profile }));
  },
};

const options = {
  url: { type: 'string' },
  profile: { type: 'string' },
  'key-file': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** As options and environment say; else, on a terminal, as is typed; else the profile's until now, or the usual profile's. */
async function chooseUrl(env: Environment, option: string | undefined, profile: string): Promise<string> {
  if (option !== undefined || readSetting(env, 'PLUGBOARD_URL') !== undefined) return serverUrl(env, option);
  const known = (readProfile(env, profile) ?? readProfile(env, usualProfile))?.url ?? serverUrl(env, undefined);
  const typed = isInteractive() ? (await ask(`Address of the server [${known}]:`)).trim() : '';
  return typed === '' ? known : serverUrl(env, typed);
}

async function takeKey(file: string | undefined): Promise<string> {
  const key = (file === undefined ? await typedKey() : keyIn(file)).trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new UsageError('The key must be one word. Copy it whole, without anything around it.');
}

function typedKey(): Promise<string> {
  return isInteractive() ? ask('API key (not shown):', { hidden: true }) : readStdin();
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--key-file names ${file}, which cannot be read.`, { cause });
  }
}

function told(me: Me, { url, profile }: { readonly url: string; readonly profile: string }): string {
  return `Signed in to ${plain(url)} as ${describeCaller(me)}. Profile: ${plain(profile)}\n`;
}
