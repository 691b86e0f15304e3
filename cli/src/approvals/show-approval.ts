import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { print } from '../terminal.ts';
import { approvalText } from './approval-text.ts';

/** `plugboard approvals show`: exactly what would be sent. */
export const showApproval: Command = {
  summary: 'exactly what would be sent, and who asks',
  help: `plugboard approvals show <id>

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    const [id, ...more] = positionals;
    refuseMore(more);
    if (id === undefined) throw new UsageError('Say which one: "plugboard approvals list" shows the ids.');
    const approval = await connect(env, values).approvals.get(id);
    return print(values.json, approval, () => approvalText(approval));
  },
};
