import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { nearMiss } from './near-miss.ts';
import { UsageError } from './show-error.ts';

/** What every command that speaks to a server takes. */
export const serverOptions = {
  url: { type: 'string' },
  'key-file': { type: 'string' },
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** The same, for `--help`. */
export const serverHelp = `  --url <address>     default: PLUGBOARD_URL, PLUGBOARD_PUBLIC_URL or http://localhost:7400
  --key-file <file>   holds the key; default: PLUGBOARD_KEY, PLUGBOARD_ADMIN_KEY or the data folder's admin.key
  --profile <name>    a server you signed in to (plugboard login), instead; default: PLUGBOARD_PROFILE, then "default"
  --json              answer in JSON
`;

/** Throws `UsageError` for what looks like a key: arguments are seen by every user of the machine, in the list of processes. */
export function refuseKeys(args: readonly string[]): void {
  if (!args.some((arg) => /^--(?:(?:api|admin)-?)?key(?:=|$)/.test(arg) || /(?:^|=)pb_/.test(arg))) return;
  throw new UsageError(
    'A key is never an argument: other users of this machine could read it. Put it into PLUGBOARD_KEY or name its file with --key-file, and end that key if it is in use.',
  );
}

/** The options and the words between them. Throws `UsageError` with a sentence for an option we do not know; never quotes a value. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(sentenceOf(error, Object.keys(options)), { cause: error });
  }
}

/** Throws `UsageError` for the first word that no command expects. */
export function refuseMore([word]: readonly string[]): void {
  if (word !== undefined) throw new UsageError(`"${word}" is not understood here. See: plugboard --help`);
}

function sentenceOf(error: unknown, names: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, unknown] = /Unknown option '(-[^' ]*)'/.exec(message) ?? [];
  if (unknown === undefined) return `${message.split('. ', 1)[0]?.replace(/\n.*/s, '')}.`.replace(/\.+$/, '.');
  return `There is no option ${unknown}.${nearMiss(unknown.replace(/^-+/, ''), names).replace('"', '"--')}`;
}
