#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endOnSignals } from './asking/undo.ts';
import { findCommand, helpText } from './help.ts';
import { refuseKeys } from './read-arguments.ts';
import { showError } from './show-error.ts';
import { writeOut } from './terminal.ts';

/** Runs the command that the arguments name, and resolves to the exit code (`plugboard help exit-codes`). */
async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    return await dispatch(args);
  } catch (error) {
    return showError(error, json);
  }
}

async function dispatch(args: readonly string[]): Promise<number> {
  refuseKeys(args);
  const [name, ...words] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return show(helpText(words));
  if (name === '--version') return show(`${versionOf()}\n`);
  const { command, rest } = findCommand(name, words);
  if (rest.includes('--help') || rest.includes('-h')) return show(command.help);
  if (command.answersSignals !== true) endOnSignals();
  return command.run(rest, process.env);
}

/** Of the package, or of the checkout that it is run from. */
function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  return String(version);
}

async function show(text: string): Promise<number> {
  return (await writeOut(text)) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
