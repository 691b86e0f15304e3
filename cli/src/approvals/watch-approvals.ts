import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { follow } from '../records/follow.ts';
import { plain } from '../terminal.ts';

/** `plugboard approvals watch`: a line for each call that begins to wait, until it is broken off. */
export const watchApprovals: Command = {
  summary: 'a line for each call that begins to wait',
  help: `plugboard approvals watch

Shows what waits, and then each call that begins to wait, until Ctrl-C. With --json one JSON object a line.

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    refuseMore(positionals);
    const { approvals } = connect(env, values);
    return follow({
      page: (cursor) => approvals.list({ status: 'pending', limit: 100 }).page(cursor),
      line: (approval) =>
        values.json
          ? JSON.stringify(approval)
          : `${approval.created_at}  ${plain(approval.shown.tool)} on ${plain(approval.shown.connection)}  ${plain(approval.shown.target)}  plugboard approvals approve ${approval.id}`,
      lines: Number.POSITIVE_INFINITY,
      goesOn: true,
    });
  },
};
