import type { Connection, Plugboard } from '../../../sdk/src/index.ts';
import { orUndo } from '../asking/undo.ts';
import { spin } from '../asking/spin.ts';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { Failed, UsageError } from '../show-error.ts';
import { plain, print } from '../terminal.ts';
import { fieldsIn, type Manifest, modeIn, readManifest, takesSignIn } from './manifest.ts';
import { fieldHelp, fieldOptions, takeFields } from './take-fields.ts';
import { waitForSignIn } from './wait-for-sign-in.ts';

/** `plugboard connect`: a new connection of one's own, by a form or by signing in. */
export const connectConnector: Command = {
  summary: 'connect something: fill in its form, or sign in to it',
  help: `plugboard connect <connector> [--label <text>] [--auth-mode <mode>]

Asks for what the connector needs, secrets hidden, and has the provider check it; or shows the page where you sign in and
waits. Breaking it off leaves nothing behind. "plugboard connectors show <connector>" says what it needs.

  --label <text>      what you call it; several connections to the same connector need one each
  --auth-mode <mode>  where the connector has several: pat, byo_oauth, …
${fieldHelp}  --device            sign in by a code in any browser, where the provider has that
  --no-browser        only print the page to sign in at
  --wait <seconds>    for somebody to sign in; default: 600
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { ...serverOptions, ...fieldOptions, ...options });
    const [connector, ...more] = positionals;
    refuseMore(more);
    if (connector === undefined)
      throw new UsageError('Say what to connect: plugboard connect gitlab. "plugboard connectors list" has all.');
    const plugboard = connect(env, values);
    const manifest = await readManifest(plugboard, connector);
    const mode = modeIn(manifest, values['auth-mode'], values.device);
    const signIn = { device: deviceOf(manifest, values.device), ...signInOptions(values) };
    await refuseTaken(plugboard, manifest, values.label);
    const given = { pairs: values.field ?? [], file: values.fields };
    const fields = await takeFields(fieldsIn(manifest, mode), given);
    const made = await start(plugboard, { manifest, mode, label: values.label, fields, signIn });
    return print(values.json, made, () => told(made));
  },
};

const options = {
  label: { type: 'string' },
  'auth-mode': { type: 'string' },
  device: { type: 'boolean', default: false },
  'no-browser': { type: 'boolean', default: false },
  wait: { type: 'string', default: '600' },
} as const;

/** How long, and with which browser, somebody signs in. Throws `UsageError` for a time that is none. */
export function signInOptions(values: { readonly 'no-browser': boolean; readonly wait: string }) {
  if (!/^\d{1,5}$/.test(values.wait)) throw new UsageError('--wait is a number of seconds.');
  return { browser: !values['no-browser'], patienceMs: Number(values.wait) * 1000 };
}

function deviceOf({ name, hasDeviceCode }: Manifest, device: boolean): boolean {
  if (device && !hasDeviceCode) throw new UsageError(`${name} has no sign-in by code. Leave --device away.`);
  return device;
}

/** Another label makes another connection; the same one would change what is there. */
async function refuseTaken(plugboard: Plugboard, { id, name }: Manifest, label: string | undefined): Promise<void> {
  const own = await plugboard.connections.list({ connector: id }).all();
  const taken = own.find((each) => each.label === (label?.trim() || name) && each.status !== 'pending');
  if (taken)
    throw new Failed(
      `You have that already, as ${taken.handle}. Change it with "plugboard connections reconnect ${taken.handle}", or make another with --label.`,
    );
}

interface Start {
  readonly manifest: Manifest;
  readonly mode: string;
  readonly label: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly signIn: Pick<Parameters<typeof waitForSignIn>[2], 'device' | 'browser' | 'patienceMs'>;
}

/** Starts a connection and finishes it, or takes it back: also one whose answer never came. */
function start(plugboard: Plugboard, { manifest, mode, label, fields, signIn }: Start): Promise<Connection> {
  const isSignIn = takesSignIn(mode);
  const wish = { connectorSlug: manifest.id, label, authMode: mode, ...(isSignIn ? { fields } : {}) };
  const starting = spin(`Connecting ${plain(manifest.name)}`, () => plugboard.connections.create(wish));
  return orUndo(
    async () => {
      const begun = await starting.catch(() => undefined);
      if (begun && !(await isDone(plugboard, begun.connection)))
        await plugboard.connections.delete(begun.connection.id);
    },
    async () => {
      const { connection, oauthUrl, credentialSubmitUrl } = await starting;
      if (isSignIn) return waitForSignIn(plugboard, connection, { ...signIn, oauthUrl });
      if (credentialSubmitUrl === null) return connection;
      return spin(`Asking ${plain(manifest.name)} whether it works`, async () => {
        const submitted = await plugboard.connections.credentials.submit(connection.id, { fields });
        return submitted.connection;
      });
    },
  );
}

async function isDone(plugboard: Plugboard, { id }: Connection): Promise<boolean> {
  return (await plugboard.connections.get(id)).status === 'connected';
}

/** A connection that was just made, in a line. */
export function told({ handle, account, status, statusReason }: Connection): string {
  const as = account === null ? '' : ` as ${account}`;
  if (status !== 'connected') return `${plain(`${handle} is ${status}: ${statusReason ?? ''}`)}\n`;
  return `${plain(`Connected${as}: ${handle}.`)} Its tools: plugboard tools list --connection ${plain(handle)}\n`;
}
