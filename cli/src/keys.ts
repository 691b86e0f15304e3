import type { ApiKey, CreateApiKeyBody } from '../../sdk/src/index.ts';
import type { Environment } from './command.ts';
import { commandGroup } from './command-group.ts';
import { connect } from './connect.ts';
import { nearMiss } from './near-miss.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from './read-arguments.ts';
import { rotate } from './rotate-keys.ts';
import { UsageError } from './show-error.ts';
import { plain, table, writeError, writeOut } from './terminal.ts';

const kinds = ['agent', 'app', 'person'];
const units = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

const help = `plugboard keys list
plugboard keys mint --name <name> [--kind agent|app|person] [--role <role>] [--scopes a,b] [--expires-in 30d]
plugboard keys revoke <id>
plugboard keys rotate [--keep-master-key] [--no-wait] [--status]

A minted key is the only thing on standard output, and shown this once:
  PLUGBOARD_KEY=$(plugboard keys mint --name "Claude on my laptop")

  --kind <kind>       agent (default), app or person; role and scopes follow from it
  --role <role>       never above your own
  --scopes <a,b>      instead of the kind's
  --expires-in <t>    45m, 12h or 30d; default: never

rotate (for the operator) puts the newest master key in use and seals every secret anew, while everything goes on:
  --keep-master-key   new data keys alone, under the master key in use
  --no-wait           do not wait until it is done
  --status            how far it is, and nothing else

${serverHelp}`;

/** `plugboard keys`: lists, makes and ends API keys, and rotates the keys that secrets are sealed with. */
export const keys = commandGroup('keys', {
  summary: 'list, make and end API keys; rotate what secrets are sealed with',
  help,
  verbs: {
    list: { summary: 'the keys in force', help, run: list },
    mint: { summary: 'make a key', help, run: mint },
    revoke: { summary: 'end a key', help, run: revoke },
    rotate: { summary: 'seal every secret anew', help, run: rotate },
  },
});

async function list(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, serverOptions);
  refuseMore(positionals);
  const items = await connect(env, values).apiKeys.list({ limit: 100 }).all();
  const text = values.json ? `${JSON.stringify(items, null, 2)}\n` : table([headings, ...items.map(rowOf)]);
  return (await writeOut(text)) ? 0 : 1;
}

const headings = ['ID', 'BEGINS', 'NAME', 'KIND', 'ROLE', 'EXPIRES', 'LAST USED'];

function rowOf({ id, prefix, name, kind, role, expires_at, last_used_at }: ApiKey): readonly string[] {
  return [id, prefix, name, kind, role, expires_at ?? 'never', last_used_at ?? 'never'];
}

async function mint(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, { ...serverOptions, ...mintOptions });
  refuseMore(positionals);
  const { name, kind = 'agent', role, scopes } = values;
  if (!name?.trim()) throw new UsageError('Give the key a name: --name "Claude on my laptop".');
  const expires_at = values['expires-in'] === undefined ? undefined : timeAfter(values['expires-in']);
  const wish = {
    name,
    kind,
    role: role?.toUpperCase(),
    scopes: scopes?.split(',').map((scope) => scope.trim()),
    expires_at,
  };
  if (!isWish(wish)) throw new UsageError(`--kind is ${kinds.join(', ')}.${nearMiss(kind, kinds)}`);
  const made = await connect(env, values).apiKeys.create(wish);
  const shown = await writeOut(values.json ? `${JSON.stringify(made, null, 2)}\n` : `${made.key}\n`);
  return tellOf(made.api_key, shown);
}

interface Words {
  readonly name: string;
  readonly kind: string;
  readonly role: string | undefined;
  readonly scopes: readonly string[] | undefined;
}

/** Which roles and scopes there are is the server's to say: it answers with a sentence. */
function isWish(words: Words): words is Words & CreateApiKeyBody {
  return kinds.includes(words.kind);
}

const mintOptions = {
  name: { type: 'string' },
  kind: { type: 'string' },
  role: { type: 'string' },
  scopes: { type: 'string' },
  'expires-in': { type: 'string' },
} as const;

function tellOf(key: ApiKey, shown: boolean): number {
  const expiry = key.expires_at === null ? 'until it is revoked' : `until ${key.expires_at}`;
  const fate = shown
    ? `It is shown this once and holds ${expiry}.`
    : 'It could not be written out and is lost. End it, and make another.';
  writeError(`${plain(key.kind)} key "${plain(key.name)}". ${fate}\nTo end it: plugboard keys revoke ${key.id}\n`);
  return shown ? 0 : 1;
}

function timeAfter(text: string): string {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units.get(unit) ?? 0);
  if (milliseconds <= 0) throw new UsageError('--expires-in is a number with a unit: 45m, 12h or 30d.');
  return new Date(Date.now() + milliseconds).toISOString();
}

async function revoke(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, serverOptions);
  const [id, ...more] = positionals;
  refuseMore(more);
  if (id === undefined)
    throw new UsageError('Say which key: plugboard keys revoke <id>. "plugboard keys list" shows the ids.');
  await connect(env, values).apiKeys.revoke(id);
  const text = values.json ? `${JSON.stringify({ revoked: id })}\n` : `The key ${plain(id)} has ended.\n`;
  return (await writeOut(text)) ? 0 : 1;
}
