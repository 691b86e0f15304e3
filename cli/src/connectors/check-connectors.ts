import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Command, Environment } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readArguments } from '../read-arguments.ts';
import { programFile } from '../serve.ts';
import { Failed } from '../show-error.ts';
import { plain, print } from '../terminal.ts';

/** `plugboard connectors check`: what is wrong with connectors, by file, line and key. */
export const checkConnectors: Command = {
  summary: 'what is wrong with connectors of your own',
  help: `plugboard connectors check [<folder>…] [--json]

Reads connectors as the server does, and looks at more: that the inputs of tools are valid JSON Schema, and that there is a
guide. A folder is that of one connector, or one that holds several, as in PLUGBOARD_CATALOG_DIRS; default: this one. No
server is needed. Exit code 1 if something is wrong.

  --json   answer in JSON
`,
  answersSignals: true,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } });
    const report = await check(positionals.length === 0 ? ['.'] : positionals, env);
    const { connectors, tools, problems } = report;
    const code = await print(values.json, { ok: problems.length === 0, ...report }, () =>
      problems.length === 0
        ? `All fine. Connectors: ${connectors}. Tools: ${tools}.\n`
        : `${problems.map(sentence).join('')}${problems.length} to mend.\n`,
    );
    return problems.length === 0 ? code : exitCodes.failed;
  },
};

/** What the program of the server answers. */
interface Report {
  readonly connectors: number;
  readonly tools: number;
  readonly problems: readonly Problem[];
}

interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly key: string;
  readonly message: string;
}

async function check(folders: readonly string[], env: Environment): Promise<Report> {
  const file = programFile('maintain', 'maintain');
  const child = spawn(process.execPath, [file, 'check-connectors', ...folders], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Failed('The connectors could not be read.');
  return JSON.parse(said);
}

function sentence({ file, line, key, message }: Problem): string {
  const place = `${file}${line === undefined ? '' : `:${line}`}${key === '' ? '' : ` ${key}`}`;
  return `${plain(`${place}: ${message}`)}\n`;
}
