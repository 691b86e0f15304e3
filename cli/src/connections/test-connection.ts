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

Asks the provider of a shared connection now. Of a personal one it says what is known: the server looks at those by
itself, and a call tells at once. Exit code 1 where it does not work.

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    const [named, ...more] = positionals;
    refuseMore(more);
    const plugboard = connect(env, values);
    const row = await findConnection(plugboard, named);
    const { handle } = row;
    if (row.scope === 'personal') {
      const ok = row.status === 'connected';
      const answer = { status: ok ? 'ok' : 'error', message: row.status_reason ?? row.status, asked: false };
      const code = await print(values.json, answer, () => sentence(handle, answer));
      return ok ? code : exitCodes.failed;
    }
    const tested = await spin(`Asking the provider of ${plain(handle)}`, () => plugboard.integrations.test(row.id));
    const code = await print(values.json, { ...tested, asked: true }, () => sentence(handle, tested));
    return tested.status === 'ok' ? code : exitCodes.failed;
  },
};

function sentence(handle: string, { status, message }: { readonly status: string; readonly message?: string }): string {
  if (status === 'ok') return `${plain(handle)} works.\n`;
  const advice = `Reconnect it: plugboard connections reconnect ${plain(handle)}`;
  return `${plain(handle)} does not work: ${plain(message ?? status)}\n${advice}\n`;
}
