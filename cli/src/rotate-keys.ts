import { setTimeout as sleep } from 'node:timers/promises';
import { type Plugboard, PlugboardError } from '../../sdk/src/index.ts';
import type { Environment } from './command.ts';
import { connect } from './connect.ts';
import { readArguments, refuseMore, serverOptions } from './read-arguments.ts';
import { plain, writeError, writeOut } from './terminal.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `plugboard keys rotate`: begins a rotation and says how far it is until it is done. Breaking it off leaves it going. */
export async function rotate(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, { ...serverOptions, ...options });
  refuseMore(positionals);
  const plugboard = connect(env, values);
  const waits = !values['no-wait'] && !values.status;
  const begun = values.status
    ? await look(plugboard)
    : asFields(await plugboard.request('POST', path, { body: { keep_master_key: values['keep-master-key'] } }));
  const state = waits ? await untilDone(plugboard, begun) : begun;
  const shown = values.json ? JSON.stringify(state, null, 2) : describe(state);
  return (await writeOut(`${shown}\n`)) ? 0 : 1;
}

const path = '/api/v1/keys/rotation';
const options = {
  'keep-master-key': { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
  status: { type: 'boolean', default: false },
} as const;

async function look(plugboard: Plugboard): Promise<Fields> {
  return asFields(await plugboard.request('GET', path));
}

/** A server that is restarted meanwhile goes on where it was, and so does this. */
const mostMisses = 60;

async function untilDone(plugboard: Plugboard, begun: Fields): Promise<Fields> {
  let state = begun;
  let misses = 0;
  let said = '';
  while (asFields(state['rotation'])['stage'] !== 'done') {
    const now = progress(asFields(state['rotation']));
    if (now !== said) writeError(`${now}\n`);
    said = now;
    await sleep(1_000);
    try {
      state = await look(plugboard);
      misses = 0;
    } catch (error) {
      misses += 1;
      if (!(error instanceof PlugboardError && error.code === 'UNREACHABLE') || misses > mostMisses) throw error;
    }
  }
  return state;
}

function progress(rotation: Fields): string {
  if (rotation['stage'] === 'wrapping') return `Wrapping data keys by "${plain(String(rotation['master_key']))}".`;
  const { all, done } = asFields(rotation['workspaces']);
  return `Sealing anew. Secrets so far: ${String(rotation['boxes'])}. Workspaces done: ${String(done)} of ${String(all)}.`;
}

function describe(state: Fields): string {
  const inUse = `The master key "${plain(String(state['in_use']))}" is in use.`;
  const rotation = asFields(state['rotation']);
  if (rotation['stage'] === undefined) return `${inUse} The keys have never been rotated.`;
  if (rotation['stage'] !== 'done') return `${inUse}\n${progress(rotation)}`;
  const sealed = `Rotated at ${String(rotation['finished_at'])}. Secrets sealed anew: ${String(rotation['boxes'])}.`;
  return [`${inUse} ${sealed}`, ...leave(state), ...unreadable(rotation)].join('\n');
}

/** What the operator is to do now. */
function leave({ configured, rotation }: Fields): readonly string[] {
  const here = new Set(listOf(configured));
  const gone = listOf(asFields(rotation)['retired']).filter((id) => here.has(id));
  if (gone.length === 0) return [];
  const names = gone.map((id) => `"${plain(id)}"`).join(', ');
  return [`Take ${names} out of PLUGBOARD_MASTER_KEY, and keep a copy for as long as you keep backups from before.`];
}

function unreadable({ unreadable: count }: Fields): readonly string[] {
  if (count === 0) return [];
  return [`Secrets that do not open, and did not before: ${String(count)}. The log of the server names them.`];
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
