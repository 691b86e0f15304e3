import { confirm, isInteractive } from '../asking/ask.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { print, writeError } from '../terminal.ts';
import { approvalText, decisionLine } from './approval-text.ts';

/** `plugboard approvals approve`: shows the call, asks, and lets exactly it run, once. */
export const approve: Command = {
  summary: 'let a call run, once',
  help: `plugboard approvals approve <id> [--yes] [--note <text>]

Shows exactly what would be sent and asks, on a terminal. It needs a key that may decide, and never the one that called.

  --yes               do not ask
  --note <text>       for the record
${serverHelp}`,
  run: (args, env) => decide('approve', { args, env }),
};

/** `plugboard approvals decline`: the call never runs. */
export const decline: Command = {
  summary: 'say no to a call',
  help: `plugboard approvals decline <id> [--note <text>]

  --note <text>       for the record, and told to whoever asked
${serverHelp}`,
  run: (args, env) => decide('decline', { args, env }),
};

type Given = { readonly [Name in 'args' | 'env']: Parameters<Command['run']>[Name extends 'args' ? 0 : 1] };

async function decide(verb: 'approve' | 'decline', { args, env }: Given): Promise<number> {
  const { values, positionals } = readArguments(args, { ...serverOptions, ...options });
  const [id, ...more] = positionals;
  refuseMore(more);
  if (id === undefined) throw new UsageError('Say which one: "plugboard approvals list" shows the ids.');
  const plugboard = connect(env, values);
  if (verb === 'approve' && !values.yes && isInteractive()) {
    writeError(approvalText(await plugboard.approvals.get(id)));
    if (!(await confirm('Let exactly this run?'))) {
      writeError('Nothing was decided.\n');
      return exitCodes.failed;
    }
  }
  const body = values.note === undefined ? {} : { note: values.note };
  const decided = await plugboard.approvals[verb](id, body);
  return print(values.json, decided, () => decisionLine(decided));
}

const options = { yes: { type: 'boolean', default: false }, note: { type: 'string' } } as const;
