import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { readArguments, refuseMore } from './read-arguments.ts';
import { programFile } from './serve.ts';
import { UsageError } from './show-error.ts';
import { plain, table, writeError, writeOut } from './terminal.ts';
import type { Environment } from './command.ts';

interface Work {
  readonly name: 'backup' | 'restore';
  /** The option that it takes besides the file. */
  readonly option: string;
  /** What to say when it is done. */
  readonly done: (report: Record<string, unknown>) => string;
}

/** Runs one of the operator's commands with the server's configuration, in a process of its own, and shows its report. */
export async function maintain(
  { name, option, done }: Work,
  args: readonly string[],
  env: Environment,
): Promise<number> {
  const options = { [option]: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } as const;
  const { values, positionals } = readArguments(args, options);
  const [file, ...more] = positionals;
  refuseMore(more);
  if (file === undefined) throw new UsageError(`Name the file: plugboard ${name} <file>.`);
  const flags = values[option] === true ? [`--${option}`] : [];
  const report = await run([name, file, ...flags], env);
  if (report === undefined) return 1;
  const warnings = Array.isArray(report['warnings']) ? report['warnings'] : [];
  for (const warning of warnings) writeError(`${plain(String(warning))}\n`);
  const shown = values['json'] === true ? `${JSON.stringify(report, null, 2)}\n` : `${counts(report)}${done(report)}\n`;
  return (await writeOut(shown)) ? 0 : 1;
}

/** The report, or nothing where the program has said on standard error what is wrong. */
async function run(args: readonly string[], env: Environment): Promise<Record<string, unknown> | undefined> {
  const file = programFile('maintain', 'maintain');
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return code === 0 ? Object.fromEntries(Object.entries(Object(JSON.parse(said)))) : undefined;
}

function counts({ tables }: Record<string, unknown>): string {
  const rows = Object.entries(Object(tables)).map(([name, facts]) => [name, String(Object(facts).rows)]);
  return table(rows.filter(([, count]) => count !== '0'));
}
