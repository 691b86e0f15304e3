import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { plain } from '../terminal.ts';
import { follow } from './follow.ts';
import { linesIn, tailHelp, tailOptions } from './tail.ts';

/** `plugboard events tail`: what is changed, and by whom, as it happens. */
export const tailEvents: Command = {
  summary: 'what is changed and by whom, as it happens',
  help: `plugboard events tail [--type <type>] [--lines <n>] [--no-follow]

A line for each change, until Ctrl-C. With --json one JSON object a line.

  --type <type>       of this type alone: connection.failed
${tailHelp}${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, {
      ...serverOptions,
      ...tailOptions,
      type: { type: 'string' },
    });
    refuseMore(positionals);
    const { events } = connect(env, values);
    return follow({
      page: (cursor) => events.list({ type: values.type, limit: 100 }).page(cursor),
      line: (event) =>
        values.json ? JSON.stringify(event) : plain(`${event.at}  ${event.type}  ${event.subject}  by ${event.actor}`),
      lines: linesIn(values.lines),
      goesOn: !values['no-follow'],
    });
  },
};
