import { setTimeout as sleep } from 'node:timers/promises';
import { isPlugboardError, type KeysState, type Plugboard } from '../../sdk/src/index.ts';
import { sayBeside, spin } from './asking/spin.ts';
import type { Environment } from './command.ts';
import { connect } from './connect.ts';
import { readArguments, refuseMore, serverOptions } from './read-arguments.ts';
import { plain, print } from './terminal.ts';

/** `plugboard keys rotate`: begins a rotation and says how far it is until it is done. Breaking it off leaves it going. */
export async function rotate(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, { ...serverOptions, ...options });
  refuseMore(positionals);
  const plugboard = connect(env, values);
  const waits = !values['no-wait'] && !values.status;
  const body = { keep_master_key: values['keep-master-key'] };
  if (!values.status) await plugboard.request('POST', '/api/v1/keys/rotation', { body });
  const begun = await plugboard.keys.rotation.get();
  const state = waits ? await untilDone(plugboard, begun) : begun;
  return print(values.json, state, () => `${describe(state)}\n`);
}

const options = {
  'keep-master-key': { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
  status: { type: 'boolean', default: false },
} as const;

/** A server that is restarted meanwhile goes on where it was, and so does this. */
const mostMisses = 60;

async function untilDone(plugboard: Plugboard, begun: KeysState): Promise<KeysState> {
  return spin('Waiting until it is done (Ctrl-C leaves it going)', () => look(plugboard, begun));
}

async function look(plugboard: Plugboard, begun: KeysState): Promise<KeysState> {
  let state = begun;
  let misses = 0;
  let said = '';
  while (state.rotation !== null && state.rotation.stage !== 'done') {
    const now = progress(state.rotation);
    if (now !== said) sayBeside(`${now}\n`);
    said = now;
    await sleep(1_000);
    try {
      state = await plugboard.keys.rotation.get();
      misses = 0;
    } catch (error) {
      misses += 1;
      if (!isPlugboardError(error, 'UNREACHABLE') || misses > mostMisses) throw error;
    }
  }
  return state;
}

type Rotation = NonNullable<KeysState['rotation']>;

function progress({ stage, master_key: key, boxes, workspaces: { all, done } }: Rotation): string {
  if (stage === 'wrapping') return `Wrapping data keys by "${plain(key)}".`;
  return `Sealing anew. Secrets so far: ${boxes}. Workspaces done: ${done} of ${all}.`;
}

function describe({ in_use: inUse, configured, rotation }: KeysState): string {
  const said = `The master key "${plain(inUse)}" is in use.`;
  if (rotation === null) return `${said} The keys have never been rotated.`;
  if (rotation.stage !== 'done') return `${said}\n${progress(rotation)}`;
  const sealed = `Rotated at ${rotation.finished_at}. Secrets sealed anew: ${rotation.boxes}.`;
  return [`${said} ${sealed}`, ...leave(rotation, configured), ...unreadable(rotation)].join('\n');
}

/** What the operator is to do now. */
function leave({ retired }: Rotation, configured: readonly string[]): readonly string[] {
  const gone = retired.filter((id) => configured.includes(id));
  if (gone.length === 0) return [];
  const names = gone.map((id) => `"${plain(id)}"`).join(', ');
  return [`Take ${names} out of PLUGBOARD_MASTER_KEY, and keep a copy for as long as you keep backups from before.`];
}

function unreadable({ unreadable: count }: Rotation): readonly string[] {
  if (count === 0) return [];
  return [`Secrets that do not open, and did not before: ${count}. The log of the server names them.`];
}
