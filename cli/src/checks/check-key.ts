import { createPlugboard, PlugboardError } from '../../../sdk/src/index.ts';
import type { FoundKey } from '../settings.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether the key opens the server, and for whom. */
export async function checkKey(url: string, found: FoundKey | undefined): Promise<Finding> {
  const { ok, warning, failed } = findingsOf('key');
  if (!found) {
    return warning(
      'No key was found, so nothing behind sign-in could be checked. Set PLUGBOARD_KEY, or run this where admin.key is (PLUGBOARD_DATA_DIR).',
    );
  }
  try {
    const me = await createPlugboard({ url, key: found.key, timeoutMs: 10_000 }).me.get();
    return ok(`The key in ${found.source} is valid: ${describe(me.caller)}.`);
  } catch (error) {
    if (error instanceof PlugboardError && error.status === 401)
      return failed(
        `The server does not know the key in ${found.source}. It was changed, has ended, or belongs to another server.`,
      );
    if (error instanceof TypeError) return failed(`What ${found.source} holds cannot be a key: it must be one word.`);
    return failed(
      `The key in ${found.source} could not be tried: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

function describe(caller: unknown): string {
  if (typeof caller !== 'object' || caller === null) return 'it names no workspace';
  const role = 'role' in caller ? String(caller.role) : 'unknown';
  return 'operator' in caller && caller.operator === true
    ? `the operator’s, ${role}`
    : `role ${role}, not the operator’s`;
}
