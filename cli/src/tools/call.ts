import { parseArgs } from 'node:util';
import type { CallToolAnswer, Tool } from '../../../sdk/src/index.ts';
import { objectIn, readStdin } from '../asking/read-stdin.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { exitCodeOfCall } from '../exit-codes.ts';
import { readArguments, serverHelp, serverOptions } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { streams } from '../streams.ts';
import { plain, plainLines, writeError, writeOut } from '../terminal.ts';
import { findTool, refuseNearMiss } from './find-tool.ts';
import { takeArguments, typedArguments } from './read-tool-arguments.ts';
import { type ToolCall, waitForPerson } from './wait-for-person.ts';

/** `plugboard call`: one tool, with arguments in the types of its schema. */
export const call: Command = {
  summary: 'call a tool',
  help: `plugboard call <tool> [--<argument> <value>]… [<argument>=<value>]… [-]

  plugboard call gitlab__list_issues --project acme/api --state opened
  echo '{"project": "acme/api", "title": "Broken"}' | plugboard call gitlab__create_issue -

"plugboard tools show <tool>" has its arguments. A value is read in the type that the tool wants: numbers, true and false
(--flag alone is true), objects in JSON; a list by saying the argument several times. "-" reads a whole object from
standard input. An argument that is called like an option below is written <argument>=<value>.

What the tool answers is on standard output. Where a person decides first, a line says where, and this waits.

  --connection <c>    handle or id, where the tool's own name is said: list_issues
  --wait <seconds>    for a person; 0: not at all; default: until there is a decision
${serverHelp}
Exit codes: plugboard help exit-codes
`,
  async run(args, env) {
    const { name, ours, rest } = split(args);
    const { values } = readArguments(ours, { ...serverOptions, ...options });
    const plugboard = connect(env, values);
    const waitSeconds = secondsIn(values.wait);
    const tool = await findTool(plugboard, { name, connection: values.connection });
    if (tool === undefined) await refuseNearMiss(plugboard, name);
    const args_ = await readAll(rest, tool?.input_schema ?? schemaOf(rest));
    const wanted = { ...addressOf(tool, { name, connection: values.connection }), arguments: args_ };
    const outcome = await waitForPerson(plugboard, wanted, waitSeconds);
    return show(outcome, values.json);
  },
};

const options = { connection: { type: 'string' }, wait: { type: 'string' } } as const;
const reserved = Object.keys({ ...serverOptions, ...options });

interface Split {
  readonly name: string;
  /** The options that are not the tool's. */
  readonly ours: readonly string[];
  readonly rest: readonly string[];
}

/** Tells our own options from the tool's. */
function split(args: readonly string[]): Split {
  const known = { ...serverOptions, ...options };
  const { tokens } = parseArgs({
    args: [...args],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const taken = new Set<number>();
  for (const token of tokens)
    if (token.kind === 'option' && reserved.includes(token.name)) {
      taken.add(token.index);
      if (token.value !== undefined && token.inlineValue === false) taken.add(token.index + 1);
    }
  const ours = args.filter((_, at) => taken.has(at));
  const [name, ...rest] = args.filter((_, at) => !taken.has(at));
  if (name === undefined || name.startsWith('-'))
    throw new UsageError(
      'Say which tool first: plugboard call <tool> --argument value. "plugboard tools list" has them.',
    );
  return { name, ours, rest };
}

function secondsIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError('--wait is a number of seconds.');
}

type Schema = Readonly<Record<string, unknown>>;

/** Of a tool that nobody offers us: it has the arguments that were written. */
function schemaOf(words: readonly string[]): Schema {
  const names = words.flatMap((word) => /^--([^=]+)/.exec(word)?.[1] ?? []);
  return { properties: Object.fromEntries(names.map((name) => [name, {}])) };
}

async function readAll(words: readonly string[], schema: Schema): Promise<Readonly<Record<string, unknown>>> {
  const piped = words.includes('-') ? objectIn(await readStdin(), 'What is piped in') : {};
  const written = takeArguments(
    words.filter((word) => word !== '-'),
    { schema, reserved },
  );
  return { ...piped, ...typedArguments(written, schema) };
}

/** What nobody offers us is asked of the server by its name: it knows what to connect first. */
function addressOf(
  tool: Tool | undefined,
  { name, connection }: { readonly name: string; readonly connection: string | undefined },
): Pick<ToolCall, 'connection' | 'tool'> {
  if (tool) return { connection: tool.connection.id, tool: tool.tool };
  return { connection: connection ?? '_', tool: name };
}

async function show(outcome: CallToolAnswer, json: boolean): Promise<number> {
  const code = exitCodeOfCall(outcome);
  if (json) return (await writeOut(`${JSON.stringify(outcome, null, 2)}\n`)) ? code : 1;
  if (outcome.status === 'ok') return (await writeOut(`${outputText(outcome.output)}\n`)) ? code : 1;
  writeError(`${plain(sentenceOf(outcome))}\n${problemsOf(outcome)}`);
  return code;
}

function outputText(output: unknown): string {
  const text = typeof output === 'string' ? output : JSON.stringify(output ?? null, null, 2);
  return streams().stdout.isTTY ? plainLines(text) : text;
}

function sentenceOf(outcome: Exclude<CallToolAnswer, { status: 'ok' }>): string {
  if (outcome.status === 'needs_approval')
    return `Nobody has decided yet. The same call again gives the result. ${outcome.message ?? `It waits at ${outcome.url}`}`;
  const address = outcome.status === 'rejected' && outcome.connect_url ? ` Open ${outcome.connect_url}` : '';
  return `${outcome.message}${address}`;
}

function problemsOf(outcome: CallToolAnswer): string {
  if (outcome.status !== 'rejected') return '';
  return (outcome.problems ?? []).map(({ path, message }) => `  ${plain(path)} ${plain(message)}\n`).join('');
}
