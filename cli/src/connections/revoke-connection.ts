import { confirm, isInteractive } from '../asking/ask.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { plain, print, writeError } from '../terminal.ts';
import { type ConnectionRow, findConnection } from './connection-row.ts';

/** `plugboard connections revoke`: ends a connection for good. */
export const revokeConnection: Command = {
  summary: 'end a connection and destroy its secrets',
  help: `plugboard connections revoke <handle or id> [--yes]

It cannot be undone: its secrets are destroyed, and the provider is told where it takes that.

  --yes               do not ask
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { ...serverOptions, yes: { type: 'boolean', default: false } });
    const [named, ...more] = positionals;
    refuseMore(more);
    const plugboard = connect(env, values);
    const row = await findConnection(plugboard, named);
    if (!values.yes && !(await isMeant(row))) {
      writeError('Nothing was revoked.\n');
      return exitCodes.failed;
    }
    await plugboard.connections.delete(row.id);
    return print(values.json, { revoked: row.id }, () => `The connection ${plain(row.handle)} is revoked.\n`);
  },
};

function isMeant({ handle, account }: ConnectionRow): Promise<boolean> {
  if (!isInteractive()) throw new UsageError('It cannot be undone. Say --yes where it is meant.');
  return confirm(`Revoke ${handle}${account === null ? '' : ` (${account})`} for good?`);
}
