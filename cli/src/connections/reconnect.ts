import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { signInOptions, told } from '../connecting/connect-connector.ts';
import { fieldsIn, readManifest, takesSignIn } from '../connecting/manifest.ts';
import { fieldHelp, fieldOptions, takeFields } from '../connecting/take-fields.ts';
import { waitForSignIn } from '../connecting/wait-for-sign-in.ts';
import { spin } from '../asking/spin.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { plain, print } from '../terminal.ts';
import { findConnection } from './connection-row.ts';

/** `plugboard connections reconnect`: new values, or another sign-in, for a connection that stays what it is. */
export const reconnect: Command = {
  summary: 'give a connection new values, or sign in again',
  help: `plugboard connections reconnect <handle or id>

It keeps its handle, its id and the switches of its tools, and goes on as it was until the new values count.

  --another-account   values of another account than before are meant
${fieldHelp}  --device            sign in by a code in any browser, where the provider has that
  --no-browser        only print the page to sign in at
  --wait <seconds>    for somebody to sign in; default: 600
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { ...serverOptions, ...fieldOptions, ...options });
    const [named, ...more] = positionals;
    refuseMore(more);
    const plugboard = connect(env, values);
    const { id, connector, handle } = await findConnection(plugboard, named);
    const [before, manifest] = await Promise.all([plugboard.connections.get(id), readManifest(plugboard, connector)]);
    const wish = signInOptions(values);
    if (before.authType === 'oauth') {
      const oauthUrl = values.device ? null : (await plugboard.connections.oauth.restart(id, {})).oauthUrl;
      const now = await waitForSignIn(plugboard, before, { ...wish, device: values.device, oauthUrl });
      return print(values.json, now, () => told(now));
    }
    const mode = manifest.modes.find((each) => !takesSignIn(each)) ?? 'none';
    const given = { pairs: values.field ?? [], file: values.fields };
    const fields = await takeFields(fieldsIn(manifest, mode), given);
    const body = values['another-account'] ? { fields, confirmAccount: true } : { fields };
    const { connection } = await spin(`Asking the provider of ${plain(handle)}`, () =>
      plugboard.connections.credentials.submit(id, body),
    );
    return print(values.json, connection, () => told(connection));
  },
};

const options = {
  'another-account': { type: 'boolean', default: false },
  device: { type: 'boolean', default: false },
  'no-browser': { type: 'boolean', default: false },
  wait: { type: 'string', default: '600' },
} as const;
