import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { spin } from '../asking/spin.ts';
import { plain, print } from '../terminal.ts';
import { findConnection } from './connection-row.ts';

/** `plugboard connections test`: has the provider asked whether a connection works. */
export const testConnection: Command = {
  summary: 'ask the provider whether a connection works',
  help: `plugboard connections test <handle or id>

Asks the provider now; the status of the connection follows what it answers. Exit code 1 where it does not work.

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    const [named, ...more] = positionals;
    refuseMore(more);
    const plugboard = connect(env, values);
    const { id, handle } = await findConnection(plugboard, named);
    const tested = await spin(`Asking the provider of ${plain(handle)}`, () => plugboard.connections.test(id));
    const code = await print(values.json, tested, () => sentence(handle, tested));
    return tested.status === 'ok' ? code : exitCodes.failed;
  },
};

function sentence(handle: string, { status, message }: { readonly status: string; readonly message?: string }): string {
  if (status === 'ok') return `${plain(handle)} works.\n`;
  const advice = `Reconnect it: plugboard connections reconnect ${plain(handle)}`;
  return `${plain(handle)} does not work: ${plain(message ?? status)}\n${advice}\n`;
}
