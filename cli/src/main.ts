#!/usr/bin/env node
import { audit } from './audit.ts';
import { backup } from './backup.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { keys } from './keys.ts';
import { nearMiss } from './near-miss.ts';
import { refuseKeys } from './read-arguments.ts';
import { restore } from './restore.ts';
import { serve } from './serve.ts';
import { showError, UsageError } from './show-error.ts';
import { writeOut } from './terminal.ts';

const commands = new Map<string, Command>([
  ['serve', serve],
  ['keys', keys],
  ['doctor', doctor],
  ['audit', audit],
  ['backup', backup],
  ['restore', restore],
]);

/** Runs the command that the arguments name: 0 it went well, 1 it did not, 2 it was not understood. */
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
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0]);
  const command = commandNamed(name);
  if (!rest.includes('--help') && !rest.includes('-h')) return command.run(rest, process.env);
  return (await writeOut(command.help)) ? 0 : 1;
}

function commandNamed(name: string): Command {
  const command = commands.get(name);
  if (command) return command;
  throw new UsageError(`There is no command "${name}".${nearMiss(name, [...commands.keys()])} See: plugboard --help`);
}

async function help(about: string | undefined): Promise<number> {
  const text = about !== undefined && !about.startsWith('-') ? commandNamed(about).help : overview();
  return (await writeOut(text)) ? 0 : 1;
}

function overview(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}\n`);
  return `plugboard <command>: the switchboard between AI agents and everything they must reach.

${lines.join('')}
Every command explains itself with --help and answers in JSON with --json.
`;
}

process.exitCode = await main(process.argv.slice(2));
