import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Environment } from './command.ts';
import { findCommand, helpText } from './help.ts';
import { refuseKeys } from './read-arguments.ts';
import { showError } from './show-error.ts';
import { writeOut } from './terminal.ts';

/** What may be done just before a command runs. */
type Before = (command: Command) => void;

/** Runs the command that the arguments name, and resolves to the exit code (`plugboard help exit-codes`). Never rejects. */
export async function plugboard(
  args: readonly string[],
  env: Environment,
  before: Before = () => undefined,
): Promise<number> {
  try {
    return await dispatch(args, env, before);
  } catch (error) {
    return showError(error, args.includes('--json'));
  }
}

async function dispatch(args: readonly string[], env: Environment, before: Before): Promise<number> {
  refuseKeys(args);
  const [name, ...words] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return show(helpText(words));
  if (name === '--version') return show(`${versionOf()}\n`);
  const { command, rest } = findCommand(name, words);
  if (rest.includes('--help') || rest.includes('-h')) return show(command.help);
  before(command);
  return command.run(rest, env);
}

/** Of the package, or of the checkout that it is run from. */
function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  return String(version);
}

async function show(text: string): Promise<number> {
  return (await writeOut(text)) ? 0 : 1;
}
