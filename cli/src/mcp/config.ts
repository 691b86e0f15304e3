import type { Plugboard } from '../../../sdk/src/index.ts';
import { orUndo } from '../asking/undo.ts';
import type { Command } from '../command.ts';
import { connect, findTarget } from '../connect.ts';
import { nearMiss } from '../near-miss.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { Failed, UsageError } from '../show-error.ts';
import { plain, print, writeError, writeOut } from '../terminal.ts';
import { type McpClient, mcpClients, type McpEntry } from './clients.ts';
import { contentOf, replaceFile } from './replace-file.ts';

const names = [...mcpClients.keys()];

/** `plugboard mcp config`: an agent's key in the configuration of an MCP client. */
export const mcpConfig: Command = {
  summary: 'an agent key, in the configuration of an MCP client',
  help: `plugboard mcp config --client ${names.join('|')} [--write] [--file <file>] [--name <name>]

Makes a key of kind agent and prints what to put into the client's configuration. The key is in it, shown this once.

  --client <client>   ${names.join(', ')}
  --write             add it to the file of the client; what is there stays, and the file is readable by you alone
  --file <file>       with --write: another file than the client's usual one
  --name <name>       what the client calls the server; default: plugboard
${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, { ...serverOptions, ...options });
    refuseMore(positionals);
    const client = clientNamed(values.client);
    if (!/^[\w-]{1,40}$/.test(values.name)) throw new UsageError('--name has letters, digits, dashes and underscores.');
    if (values.file !== undefined && !values.write) throw new UsageError('--file goes with --write.');
    const url = `${findTarget(env, values).url}/mcp`;
    const plugboard = connect(env, values);
    const entry = { name: values.name, url };
    if (!values.write) return printed(plugboard, { client, entry, json: values.json });
    const file = values.file ?? client.file(env);
    const id = await written(plugboard, { client, entry, file });
    return print(
      values.json,
      { client: values.client, file, name: values.name, url, key_id: id },
      () =>
        `${plain(file)} has it, with a key of its own. Start ${client.title} anew.\nTo end the key: plugboard keys revoke ${id}\n`,
    );
  },
};

const options = {
  client: { type: 'string' },
  write: { type: 'boolean', default: false },
  file: { type: 'string' },
  name: { type: 'string', default: 'plugboard' },
} as const;

function clientNamed(name: string | undefined): McpClient {
  const client = mcpClients.get(name ?? '');
  if (client) return client;
  throw new UsageError(`Say which client: --client ${names.join('|')}.${nearMiss(name ?? '', names)}`);
}

interface Wish {
  readonly client: McpClient;
  readonly entry: { readonly name: string; readonly url: string };
}

async function printed(
  plugboard: Plugboard,
  { client, entry, json }: Wish & { readonly json: boolean },
): Promise<number> {
  return withKey(plugboard, client, async ({ id, key }) => {
    const text = mergedText(client, { text: '', file: 'It' }, { ...entry, key });
    const shown = json ? `${JSON.stringify({ ...entry, key, key_id: id, text }, null, 2)}\n` : text;
    if (!(await writeOut(shown))) throw new Failed('Nobody reads the key, so it was ended.');
    writeError(`For ${client.title}. The key is in it: keep it to yourself.\nTo end it: plugboard keys revoke ${id}\n`);
    return 0;
  });
}

/** Whether the file takes it is known before there is a key. */
async function written(
  plugboard: Plugboard,
  { client, entry, file }: Wish & { readonly file: string },
): Promise<string> {
  const before = contentOf(file);
  mergedText(client, { text: before, file }, { ...entry, key: '' });
  return withKey(plugboard, client, async ({ id, key }) => {
    replaceFile(file, before, mergedText(client, { text: before, file }, { ...entry, key }));
    return id;
  });
}

interface NewKey {
  readonly id: string;
  readonly key: string;
}

/** Makes a key for some work; where that comes to nothing, the key is ended. */
function withKey<T>(plugboard: Plugboard, { title }: McpClient, work: (made: NewKey) => Promise<T>): Promise<T> {
  const minting = plugboard.apiKeys.create({ name: `${title} (MCP)`, kind: 'agent' });
  return orUndo(
    async () => {
      const made = await minting.catch(() => undefined);
      if (made) await plugboard.apiKeys.revoke(made.api_key.id);
    },
    async () => {
      const { api_key: made, key } = await minting;
      return work({ id: made.id, key });
    },
  );
}

function mergedText(
  client: McpClient,
  { text, file }: { readonly text: string; readonly file: string },
  entry: McpEntry,
): string {
  const merged = client.merge(text, entry);
  if (merged.ok) return merged.text;
  throw new Failed(
    `${file} stays as it is, because ${merged.reason}. Say another --name, or put it in by hand: leave --write away.`,
  );
}
