import type { ListApprovalsQuery } from '../../../sdk/src/index.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { nearMiss } from '../near-miss.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { print } from '../terminal.ts';
import { approvalRows } from './approval-text.ts';

type Status = NonNullable<ListApprovalsQuery['status']>;

const statuses: readonly Status[] = [
  'pending',
  'executing',
  'done',
  'declined',
  'expired',
  'voided',
  'outcome_unknown',
];

/** `plugboard approvals list`: the calls that wait for a person, or those that did. */
export const listApprovals: Command = {
  summary: 'calls that wait for a person',
  help: `plugboard approvals list [--status <status>]

  --status <status>   ${statuses.join(', ')} or all; default: pending
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, {
      ...serverOptions,
      status: { type: 'string', default: 'pending' },
    });
    refuseMore(positionals);
    const approvals = await connect(env, values)
      .approvals.list({ status: statusIn(values.status), limit: 100 })
      .all();
    return print(values.json, approvals, () =>
      approvals.length === 0 ? 'Nothing is there to decide.\n' : approvalRows(approvals),
    );
  },
};

function statusIn(text: string): Status | undefined {
  const status = statuses.find((each) => each === text);
  if (status !== undefined || text === 'all') return status;
  throw new UsageError(`--status is ${statuses.join(', ')} or all.${nearMiss(text, [...statuses, 'all'])}`);
}
