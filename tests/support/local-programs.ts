import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { StdioConfig } from '../../server/src/config.ts';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import type { ApiAnswer, ApiRequest, Plugboard } from './plugboard.ts';
import { settled } from './integrations.ts';

/** Whether bubblewrap is here and may be used. */
export const hasBubblewrap = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;

/** The emulated program. */
export const program = join(import.meta.dirname, '../emulators/local-program.ts');

/** An entry of the operator's list that runs the emulated program. */
export function programEntry(
  name: string,
  more: Readonly<Record<string, unknown>> & { readonly args?: readonly string[] } = {},
) {
  const { args = [], ...rest } = more;
  return { name, command: process.execPath, args: [program, ...args], reads: [program], ...rest };
}

/** Settings that allow these entries. */
export function stdioWith(entries: readonly object[], more: Partial<StdioConfig> = {}): StdioConfig {
  return {
    user: undefined,
    commands: JSON.stringify(entries),
    bubblewrap: 'bwrap',
    packages: undefined,
    idleMs: 300_000,
    memoryMb: 512,
    most: { inWorkspace: 8, inAll: 24 },
    ...more,
  };
}

/** A folder for `PLUGBOARD_FILES_DIR` with these folders in it, which everybody may write to; removed after the block. */
export function filesDir(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-files-'));
  chmodSync(folder, 0o755);
  for (const name of names) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o777);
  }
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Adds an entry of the operator's list. */
export function addProgram(
  { call }: Pick<Plugboard, 'call'>,
  command: string,
  { request = {}, ...body }: { readonly request?: ApiRequest; readonly [field: string]: unknown } = {},
): Promise<ApiAnswer> {
  return call('POST /api/v1/integrations', {
    ...request,
    body: { name: command, transport: 'stdio', command, ...body },
  });
}

/** Adds one and answers its id once it is connected. */
export async function connectProgram(
  plugboard: Pick<Plugboard, 'call'>,
  command: string,
  body: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const added = await addProgram(plugboard, command, body);
  if (added.status !== 201) throw new Error(`It was not added: ${added.text}`);
  const record = await settled(plugboard, String(added.body['id']));
  if (record['status'] !== 'connected') throw new Error(`It was not connected: ${String(record['status_reason'])}`);
  return String(record['id']);
}

/** What a call answers. */
export async function callProgram(
  { call }: Pick<Plugboard, 'call'>,
  [id, tool]: readonly [id: string, tool: string],
  { request = {}, ...args }: { readonly request?: ApiRequest; readonly [argument: string]: unknown } = {},
): Promise<Record<string, unknown>> {
  const answer = await call(`POST /api/v1/connections/${id}/tools/${tool}/call`, {
    ...request,
    body: { arguments: args },
  });
  return answer.body;
}

/** What a tool of the emulated program found out; throws where the call came to anything but an answer. */
export async function found(...[plugboard, address, args]: Parameters<typeof callProgram>): Promise<unknown> {
  const body = await callProgram(plugboard, address, args);
  const { output } = body;
  const content = isRecord(output) ? output['content'] : undefined;
  const [first]: unknown[] = Array.isArray(content) ? content : [];
  if (isRecord(first) && typeof first['text'] === 'string') return parseJson(first['text']);
  throw new Error(`No answer: ${JSON.stringify(body).slice(0, 500)}`);
}

/** Processes of this machine whose command line holds this, by id, with the command line. */
export function processesWith(text: string): readonly { readonly pid: number; readonly line: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const line = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return line.includes(text) ? [{ pid: Number(entry), line }] : [];
    } catch {
      return [];
    }
  });
}
