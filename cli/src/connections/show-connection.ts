import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { print, table } from '../terminal.ts';
import { findConnection } from './connection-row.ts';

/** `plugboard connections show`: one connection with its tools. */
export const showConnection: Command = {
  summary: 'one connection and its tools',
  help: `plugboard connections show <handle or id>

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    const [named, ...more] = positionals;
    refuseMore(more);
    const plugboard = connect(env, values);
    const { id } = await findConnection(plugboard, named);
    const [connection, { data: tools }] = await Promise.all([
      plugboard.connections.get(id),
      plugboard.connections.tools.list(id),
    ]);
    return print(values.json, { ...connection, tools }, () => {
      const { handle, connectorSlug, label, scope, status, statusReason, account, isActive, updatedAt } = connection;
      const facts = table([
        ['Handle', handle],
        ['Id', id],
        ['Connector', connectorSlug],
        ['Label', label],
        ['As', account ?? '-'],
        ['Scope', scope],
        ['Status', status],
        ...(statusReason === null ? [] : [['Reason', statusReason]]),
        ...(isActive ? [] : [['Active', 'no: switched off']]),
        ['Changed', updatedAt],
      ]);
      const rows = tools.map((tool) => [tool.name, tool.type, toolState(tool)]);
      return `${facts}\n${rows.length === 0 ? 'It has no tools yet.\n' : table([['TOOL', 'TYPE', 'STATE'], ...rows])}`;
    });
  },
};

function toolState({ disabled, held }: { readonly disabled: boolean; readonly held: boolean }): string {
  if (disabled) return 'switched off';
  return held ? 'held' : 'on';
}
