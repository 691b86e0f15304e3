import { type Stats, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Environment } from '../command.ts';
import { dataFolder, readSetting } from '../settings.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether others on this machine could read what is sealed, or what opens it (S14, S15). */
export function checkFiles(env: Environment, isLocal: boolean): readonly Finding[] {
  const folder = dataFolder(env);
  const about = statOf(folder);
  if (!about) return [absent(folder, isLocal)];
  const configured = env['PLUGBOARD_MASTER_KEY_FILE']?.trim();
  const own = ['master.key', 'master.key.retired', 'admin.key'].map((name) => join(folder, name));
  const files = [...own, ...(configured ? [configured] : [])];
  return [
    judgeFolder(folder, about),
    ...[...new Set(files)].flatMap(judgeFile),
    judgeMasterKey(env, folder, configured),
  ];
}

function absent(folder: string, isLocal: boolean): Finding {
  const { ok, warning } = findingsOf('data');
  return isLocal
    ? warning(
        `There is no data folder at ${folder}, so its files were not checked. Set PLUGBOARD_DATA_DIR as for the server.`,
      )
    : ok('The data lies on another machine: run doctor there to have its files checked.');
}

function judgeFolder(folder: string, about: Stats): Finding {
  const { ok, warning, failed } = findingsOf('data');
  const open = openness(about);
  if (open === 'closed') return ok(`${folder} is open to its owner alone.`);
  const said = `${folder} is open to other users (mode ${modeOf(about)}). Run: chmod 700 ${folder}`;
  return open === 'writable' ? failed(said) : warning(said);
}

function judgeFile(file: string): readonly Finding[] {
  const { ok, failed } = findingsOf('files');
  const about = statOf(file);
  if (!about) return [];
  return openness(about) === 'closed'
    ? [ok(`${file} can be read by its owner alone.`)]
    : [failed(`${file} is open to other users (mode ${modeOf(about)}). Run: chmod 600 ${file}`)];
}

/** A copy of the folder is worthless without the key, unless the key lies in it (S15). */
function judgeMasterKey(env: Environment, folder: string, configured: string | undefined): Finding {
  const { ok, warning } = findingsOf('master key');
  const beside = join(folder, 'master.key');
  const inside = configured !== undefined && !relative(resolve(folder), resolve(configured)).startsWith('..');
  if (inside) return warning(advice(configured, folder));
  if (configured) return ok(`The master key is kept apart from the data, in ${configured}.`);
  if (readSetting(env, 'PLUGBOARD_MASTER_KEY')) return ok('The master key comes from the environment.');
  if (statOf(beside)) return warning(advice(beside, folder));
  return ok('There is no master key beside the data.');
}

function advice(file: string, folder: string): string {
  return `${file} lies beside the data it locks: whoever copies ${folder} has both. Move it elsewhere, set PLUGBOARD_MASTER_KEY_FILE to its new place, and keep a copy.`;
}

function openness({ mode }: Stats): 'closed' | 'readable' | 'writable' {
  // Windows has no such modes.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return 'closed';
  return (mode & 0o022) === 0 ? 'readable' : 'writable';
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o777).toString(8);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
