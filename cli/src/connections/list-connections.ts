import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { print, table } from '../terminal.ts';
import { type ConnectionRow, everyConnection, rowOf } from './connection-row.ts';

/** `plugboard connections list`: what is connected, and whether it works. */
export const listConnections: Command = {
  summary: 'what is connected, and whether it works',
  help: `plugboard connections list [--connector <id>] [--end-user <id>]

Your own connections and those of the workspace and its crews.

  --connector <id>    of this connector alone
  --end-user <id>     those of an end user of your app instead
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { ...serverOptions, ...options });
    refuseMore(positionals);
    const plugboard = connect(env, values);
    const endUser = values['end-user'];
    const all =
      endUser === undefined
        ? await everyConnection(plugboard)
        : (await plugboard.connections.list({ end_user: endUser }).all()).map(rowOf);
    const found = all.filter(({ connector }) => values.connector === undefined || connector === values.connector);
    return print(values.json, found, () => shown(found));
  },
};

const options = { connector: { type: 'string' }, 'end-user': { type: 'string' } } as const;

function shown(found: readonly ConnectionRow[]): string {
  if (found.length === 0) return 'Nothing is connected. Connect something: plugboard connect <connector>\n';
  const rows = found.map(({ handle, connector, label, account, scope, status, active }) => [
    handle,
    active ? status : 'switched off',
    connector,
    account ?? '-',
    scope,
    label,
  ]);
  return table([['HANDLE', 'STATUS', 'CONNECTOR', 'AS', 'SCOPE', 'LABEL'], ...rows]);
}
