import '../../calls/audit/running-processes.ts';
import { Failure } from '../../errors.ts';
import type { MasterKeys } from '../master-keys.ts';
import { readIds } from '../retired-keys.ts';
import type { RotationParts } from './rotation-parts.ts';

type Asked = Pick<RotationParts, 'storage' | 'masterKeys'>;

/**
 * The master key of a rotation: the one in use where that is to stay, else the first of the configuration, or one that is made
 * now where they lie in a file of ours. Throws CONFLICT, with what to do, where there is no newer one, or a process that runs
 * could not open what it wraps.
 */
export async function preparedKey(asked: Asked, inUse: string, keepsMasterKey: boolean): Promise<string> {
  const { masterKeys } = asked;
  const wanted = keepsMasterKey ? inUse : masterKeys.sealing.id;
  if (!keepsMasterKey && wanted === inUse) return makeKey(asked);
  await refuseUnprepared(asked, wanted);
  return wanted;
}

/** A new one is known to this process alone. */
async function makeKey({ storage, masterKeys }: Asked): Promise<string> {
  if (masterKeys.add === undefined) throw new Failure('CONFLICT', noNewerKey(masterKeys));
  if (storage.engine === 'postgres' && (await listProcesses(storage)).length > 1)
    throw new Failure('CONFLICT', severalProcesses);
  await masterKeys.add();
  return masterKeys.sealing.id;
}

async function refuseUnprepared({ storage }: Asked, masterKeyId: string): Promise<void> {
  // A SQLite database has one process, and this is it.
  if (storage.engine === 'sqlite') return;
  for (const { started_at, seen_at, master_keys: held } of await listProcesses(storage)) {
    if (held !== null && readIds(held).includes(masterKeyId)) continue;
    const lacks = held === null ? 'is of an earlier version' : `does not have the master key "${masterKeyId}"`;
    const advice = `Restart it${held === null ? ' with this one' : ' with the key in PLUGBOARD_MASTER_KEY'}; if it was killed, wait until two minutes after ${seen_at}.`;
    throw new Failure('CONFLICT', `A process that started at ${started_at} ${lacks}. ${advice}`);
  }
}

function listProcesses({ rows }: Pick<Asked['storage'], 'rows'>) {
  return rows.selectFrom('running_processes').select(['started_at', 'seen_at', 'master_keys']).execute();
}

function noNewerKey({ sealing, byId }: MasterKeys): string {
  const ids = [...byId.keys()].map((id) => `${id}:…`).join(',');
  return `PLUGBOARD_MASTER_KEY begins with "${sealing.id}", the key in use. Put a new one in front of it, <name>:<openssl rand -base64 32>,${ids}, restart every process, and ask again.`;
}

const severalProcesses =
  'Several processes use this database, and their master key lies in a file. Give all of them PLUGBOARD_MASTER_KEY_FILE with a new key in front, restart them, and ask again.';
