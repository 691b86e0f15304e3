import { type CallToolAnswer, isPlugboardError, type Plugboard } from '../../../sdk/src/index.ts';
import { spin } from '../asking/spin.ts';
import { plain, writeError } from '../terminal.ts';

/** One call of a tool. */
export interface ToolCall {
  /** Id or handle, or `_` where the name says it. */
  readonly connection: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The server waits no longer than this for a decision in one request. */
const longestWait = 45;

/**
 * Calls a tool and, where a person decides first, says where and asks again until somebody has, or that many seconds are
 * over. The same call again is told of the approval that waits, and once gives its result.
 */
export async function waitForPerson(
  plugboard: Plugboard,
  wanted: ToolCall,
  waitSeconds = Number.POSITIVE_INFINITY,
): Promise<CallToolAnswer> {
  const first = await callOnce(plugboard, wanted, 0);
  if (first.status !== 'needs_approval' || waitSeconds === 0) return first;
  writeError(`A person has to decide: ${plain(first.url)}\n`);
  const endsAt = performance.now() + waitSeconds * 1000;
  return spin('Waiting for the decision (Ctrl-C stops waiting, not the request)', async () => {
    for (;;) {
      const left = Math.ceil((endsAt - performance.now()) / 1000);
      if (left <= 0) return first;
      const outcome = await decision(plugboard, wanted, Math.min(longestWait, left));
      if (outcome !== undefined && outcome.status !== 'needs_approval') return outcome;
    }
  });
}

/** A request that takes too long has decided nothing. */
async function decision(plugboard: Plugboard, wanted: ToolCall, wait: number): Promise<CallToolAnswer | undefined> {
  try {
    return await callOnce(plugboard, wanted, wait);
  } catch (error) {
    if (isPlugboardError(error, 'TIMEOUT')) return undefined;
    throw error;
  }
}

function callOnce(plugboard: Plugboard, { connection, tool, arguments: args }: ToolCall, wait: number) {
  return plugboard.connections.tools.call(connection, tool, { arguments: args }, { query: { wait } });
}
