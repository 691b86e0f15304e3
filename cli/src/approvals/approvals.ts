import { commandGroup } from '../command-group.ts';
import { approve, decline } from './decide-approval.ts';
import { listApprovals } from './list-approvals.ts';
import { showApproval } from './show-approval.ts';
import { watchApprovals } from './watch-approvals.ts';

/** `plugboard approvals`: the calls that wait for a person. */
export const approvals = commandGroup('approvals', {
  summary: 'calls that wait for a person: list, show, approve, decline, watch',
  verbs: { list: listApprovals, show: showApproval, approve, decline, watch: watchApprovals },
});
