import type { Tool } from '../../../sdk/src/index.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { print, table } from '../terminal.ts';

/** `plugboard tools list`: every tool that can be called. */
export const listTools: Command = {
  summary: 'every tool you can call',
  help: `plugboard tools list [--connection <handle or id>]

  --connection <c>    of this connection alone
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { ...serverOptions, connection: { type: 'string' } });
    refuseMore(positionals);
    const named = values.connection;
    const all = await connect(env, values).tools.list().all();
    const tools = all.filter(
      ({ connection }) => named === undefined || [connection.id, connection.handle].includes(named),
    );
    return print(values.json, tools, () => shownTools(tools));
  },
};

/** Tools as rows, or a sentence where there are none. */
export function shownTools(tools: readonly Tool[]): string {
  if (tools.length === 0) return 'There is no such tool. "plugboard connections list" shows what is connected.\n';
  const rows = tools.map((tool) => [tool.name, tool.type, tool.disabled ? 'switched off' : asking(tool), tool.label]);
  return table([['TOOL', 'TYPE', 'RUNS', 'WHAT IT DOES'], ...rows]);
}

function asking({ type, requires_confirmation: asks }: Tool): string {
  return asks || type === 'write' ? 'asks' : 'at once';
}
