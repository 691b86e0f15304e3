import type { CallToolAnswer, PlugboardError } from '../../sdk/src/index.ts';

/** What the exit code says, the same for every command. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  noServer: 3,
  refused: 4,
  notFound: 5,
  needsPerson: 6,
  declined: 7,
  unknown: 8,
  brokenOff: 130,
} as const;

/** The same in words, for `plugboard help exit-codes`. */
export const exitCodesHelp = `plugboard help exit-codes

  0    done
  1    it failed: the server or the provider says why, or a check found something
  2    the command line, or the arguments of a tool, make no sense; nothing was done
  3    no Plugboard answers there, or not in time
  4    the key is not valid, or may not do this
  5    there is no such thing
  6    a person has to act first: decide, or connect
  7    a person said no, or nobody said yes in time
  8    nobody knows whether it happened: look before you do it again
  130  broken off with Ctrl-C (129 and 143: told to end); what was half done is undone
`;

/** The code for a request that was not served. */
export function exitCodeOf({ code }: PlugboardError): number {
  return byError.get(code) ?? exitCodes.failed;
}

const byError = new Map<string, number>([
  ['UNREACHABLE', exitCodes.noServer],
  ['TIMEOUT', exitCodes.noServer],
  ['UNEXPECTED_ANSWER', exitCodes.noServer],
  ['UNAUTHORIZED', exitCodes.refused],
  ['FORBIDDEN', exitCodes.refused],
  ['NOT_FOUND', exitCodes.notFound],
]);

/** The code for what a tool call came to. */
export function exitCodeOfCall(outcome: CallToolAnswer): number {
  if (outcome.status === 'ok') return exitCodes.ok;
  if (outcome.status === 'needs_approval') return exitCodes.needsPerson;
  if (outcome.status === 'outcome_unknown') return exitCodes.unknown;
  if (outcome.status === 'unavailable') return exitCodes.failed;
  return byReason.get(outcome.reason) ?? exitCodes.failed;
}

const byReason = new Map<string, number>([
  ['input', exitCodes.usage],
  ['connect_first', exitCodes.needsPerson],
  ['held', exitCodes.needsPerson],
  ['scope', exitCodes.needsPerson],
  ['declined', exitCodes.declined],
  ['voided', exitCodes.declined],
]);
