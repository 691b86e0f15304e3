import type { Call } from '../../../sdk/src/index.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { inItsColour, plain } from '../terminal.ts';
import { follow } from './follow.ts';
import { linesIn, tailHelp, tailOptions } from './tail.ts';

/** `plugboard calls tail`: tool calls as they are made. */
export const tailCalls: Command = {
  summary: 'tool calls, as they are made',
  help: `plugboard calls tail [--tool <name>] [--lines <n>] [--no-follow]

A line for each call, until Ctrl-C. With --json one JSON object a line.

  --tool <name>       of this tool alone: list_issues
${tailHelp}${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, {
      ...serverOptions,
      ...tailOptions,
      tool: { type: 'string' },
    });
    refuseMore(positionals);
    const { calls } = connect(env, values);
    return follow({
      page: (cursor) => calls.list({ tool: values.tool, limit: 100 }).page(cursor),
      line: (call) => (values.json ? JSON.stringify(call) : lineOf(call)),
      lines: linesIn(values.lines),
      goesOn: !values['no-follow'],
    });
  },
};

function lineOf({ at, connector_id: connector, tool, status, duration_ms: took, principal, message }: Call): string {
  const time = took === null ? '' : `  ${took} ms`;
  const why = message === null ? '' : `  ${message}`;
  return `${plain(`${at}  ${connector}.${tool}`)}  ${inItsColour(status)}${plain(`${time}  by ${principal}${why}`)}`;
}
