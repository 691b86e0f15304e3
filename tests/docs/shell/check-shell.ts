import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCurl } from './check-curl.ts';
import { checkPlugboard } from './check-plugboard.ts';
import { readCommands, type Words } from './read-commands.ts';

const root = join(import.meta.dirname, '../../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Programs of the system, of which only the name is checked. */
const ofTheSystem = new Set(
  'adduser apt-get bash bwrap cat cd chmod chown claude code codex cp cron crontab docker du echo env export false gh grep gunzip head install jq kill ln ls mkdir mv nginx openssl printf psql python3 rm sed sleep sudo systemctl systemd-analyze tar tee touch true umask useradd watch zcat'.split(
    ' ',
  ),
);

/** What is wrong with a shell block: commands, options, addresses and bodies that do not exist. A sentence each. */
export async function checkShell(script: string): Promise<readonly string[]> {
  const problems = await Promise.all(readCommands(script).map((words) => checkCommand(words)));
  return problems.flat();
}

async function checkCommand(all: Words): Promise<readonly string[]> {
  const words = all.slice(firstWord(all));
  const [program, ...args] = words;
  if (program === undefined) return [];
  if (program === 'sudo' || program === 'exec') return checkCommand(args[0] === '-u' ? args.slice(2) : args);
  if (program === 'plugboard') return checkPlugboard(args);
  if (program === 'npx') return checkNpx(args);
  if (program === 'npm') return checkNpm(args);
  if (program === 'node') return checkNode(args);
  if (program === 'curl') return checkCurl(args);
  return ofTheSystem.has(program) ? [] : [`There is no command ${program}.`];
}

/** After the variables that are set for a command alone. */
function firstWord(words: Words): number {
  const at = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  return at === -1 ? words.length : at;
}

async function checkNpx(args: Words): Promise<readonly string[]> {
  const [program = '', ...rest] = args.filter((word) => !/^(-y|--yes|--no|--)$/.test(word));
  if (program === 'plugboard') return checkPlugboard(rest);
  return /^(vitest|changeset|@modelcontextprotocol\/[a-z-]+)$/.test(program) ? [] : [`There is no npx ${program}.`];
}

async function checkNpm(args: Words): Promise<readonly string[]> {
  const [command = '', name = ''] = args;
  if (/^(ci|install|pack|exec|publish)$/.test(command)) return [];
  if (command === 'test' || command === 'start') return command in scripts ? [] : [`There is no npm ${command}.`];
  if (command !== 'run') return [`There is no npm ${command}.`];
  if (!(name in scripts)) return [`There is no npm run ${name}.`];
  const more = args.slice(args.indexOf('--') + 1);
  return name === 'plugboard' && args.includes('--') ? checkPlugboard(more) : [];
}

async function checkNode(args: Words): Promise<readonly string[]> {
  const file = args.find((word) => !word.startsWith('-')) ?? '';
  const isOurs = /^(scripts|examples|bench|tests|cli|server)\//.test(file);
  return isOurs && !existsSync(join(root, file)) ? [`There is no ${file}.`] : [];
}
