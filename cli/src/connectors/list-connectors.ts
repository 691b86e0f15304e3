import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { print, table } from '../terminal.ts';

/** `plugboard connectors list`: the catalog. */
export const listConnectors: Command = {
  summary: 'what can be connected',
  help: `plugboard connectors list [--search <text>]

  --search <text>     only where id, name or description has this text
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { ...serverOptions, search: { type: 'string' } });
    refuseMore(positionals);
    const found = await connect(env, values).connectors.list({ q: values.search }).all();
    const rows = found.map(({ id, name, auth_mode: mode, tools, availability }) => [
      id,
      name,
      mode,
      String(tools.length),
      availability,
    ]);
    return print(values.json, found, () =>
      rows.length === 0
        ? 'There is no such connector.\n'
        : table([['CONNECTOR', 'NAME', 'SIGN-IN', 'TOOLS', 'AVAILABILITY'], ...rows]),
    );
  },
};
