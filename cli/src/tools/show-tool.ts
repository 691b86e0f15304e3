import type { Tool } from '../../../sdk/src/index.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { Failed, UsageError } from '../show-error.ts';
import { plain, plainLines, print, table } from '../terminal.ts';
import { findTool, refuseNearMiss } from './find-tool.ts';
import { argumentsOf } from './tool-arguments.ts';

/** `plugboard tools show`: what a tool does and which arguments it takes. */
export const showTool: Command = {
  summary: 'what a tool does, and its arguments',
  help: `plugboard tools show <tool>

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    const [name, ...more] = positionals;
    refuseMore(more);
    if (name === undefined) throw new UsageError('Say which tool: "plugboard tools list" shows them.');
    const plugboard = connect(env, values);
    const tool = await findTool(plugboard, { name });
    if (tool === undefined) {
      await refuseNearMiss(plugboard, name);
      throw new Failed(`There is no tool "${name}". "plugboard tools list" shows yours.`, exitCodes.notFound);
    }
    return print(values.json, tool, () => shown(tool));
  },
};

function shown(tool: Tool): string {
  const rows = argumentsOf(tool.input_schema).map(({ name, type, required, description }) => [
    `--${name}`,
    type,
    required ? 'required' : '',
    description,
  ]);
  const runs = tool.type === 'write' || tool.requires_confirmation ? 'A person is asked first.' : 'It runs at once.';
  const end = tool.destructive ? ' It destroys something.' : '';
  return `${plain(tool.name)}: ${plain(tool.label)}
${plainLines(tool.description)}
It is a ${tool.type}. ${runs}${end}

${rows.length === 0 ? 'It takes no arguments.\n' : table(rows)}
plugboard call ${plain(tool.name)} ${rows
    .filter(([, , required]) => required)
    .map(([name]) => `${name} …`)
    .join(' ')}`
    .trimEnd()
    .concat('\n');
}
