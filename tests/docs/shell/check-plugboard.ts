import { helpText } from '../../../cli/src/help.ts';
import { UsageError } from '../../../cli/src/show-error.ts';
import type { Words } from './read-commands.ts';

/** What is wrong with a call of our command line, by its own help: commands and options that it does not have. */
export function checkPlugboard(args: Words): readonly string[] {
  const named = args.slice(0, Math.max(0, firstOther(args)));
  const help = deepestHelp(named);
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
function deepestHelp(names: Words): string | undefined {
  for (let count = names.length; count > 0; count -= 1) {
    const help = helpFor(names.slice(0, count));
    if (help !== undefined) return help;
  }
  return names.length === 0 ? helpFor([]) : undefined;
}

/** What our command line prints for these names, where they name a command. */
function helpFor(names: Words): string | undefined {
  const [first, ...rest] = names;
  if (first === 'help') return helpFor(rest);
  try {
    return helpText(names);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
