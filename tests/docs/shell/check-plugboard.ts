import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Words } from './read-commands.ts';

const execute = promisify(execFile);
const main = join(import.meta.dirname, '../../../cli/src/main.ts');
const helpOf = new Map<string, Promise<string | undefined>>();

/** What is wrong with a call of our command line, by its own help: commands and options that it does not have. */
export async function checkPlugboard(args: Words): Promise<readonly string[]> {
  const named = args.slice(0, Math.max(0, firstOther(args)));
  const help = await deepestHelp(named);
  if (help === undefined) return [`There is no plugboard ${named.join(' ')}.`];
  const flags = args.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0] ?? '');
  return flags
    .filter((flag) => !new RegExp(`(^|[\\s,[(|])${flag}(?![a-z-])`, 'm').test(help))
    .map((flag) => `plugboard ${named.join(' ')} has no option ${flag}.`);
}

/** Where the names of commands end: at an option, a value or a placeholder. */
function firstOther(args: Words): number {
  const at = args.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
  return at === -1 ? args.length : at;
}

/** The help of the longest chain of names that is a command. */
async function deepestHelp(names: Words): Promise<string | undefined> {
  if (names.length === 0) return helpFor([]);
  const asked = await Promise.all(names.map((_, at) => helpFor(names.slice(0, names.length - at))));
  return asked.find((help) => help !== undefined);
}

function helpFor(names: Words): Promise<string | undefined> {
  const key = names.join(' ');
  const known = helpOf.get(key) ?? askHelp(names);
  helpOf.set(key, known);
  return known;
}

async function askHelp(names: Words): Promise<string | undefined> {
  try {
    const { stdout } = await execute(process.execPath, [main, ...names, '--help'], { timeout: 20_000 });
    return stdout.includes(`plugboard ${names.join(' ')}`) || names.length === 0 ? stdout : undefined;
  } catch {
    return undefined;
  }
}
