import { PlugboardError } from '../../sdk/src/index.ts';
import { plain, writeError } from './terminal.ts';

/** The command line was not understood; the sentence says what to write instead. */
export class UsageError extends Error {}

/** Tells what went wrong on standard error, as a sentence or as JSON, and returns the exit code: 2 for a wrong command line, else 1. */
export function showError(error: unknown, json: boolean): number {
  const isUsage = error instanceof UsageError;
  const told = isUsage || error instanceof PlugboardError || !(error instanceof Error);
  const message = error instanceof Error ? error.message : String(error);
  if (json) writeError(`${JSON.stringify({ error: shown(error, message) })}\n`);
  // What nobody foresaw is a bug, and shows where it happened.
  else writeError(`${plain(message)}\n${problemsOf(error)}${told ? '' : `${error.stack}\n`}`);
  return isUsage ? 2 : 1;
}

function shown(error: unknown, message: string): Readonly<Record<string, unknown>> {
  if (!(error instanceof PlugboardError)) return { code: error instanceof UsageError ? 'USAGE' : 'INTERNAL', message };
  return { ...error.details, code: error.code, message, request_id: error.requestId };
}

/** What is wrong with each part of what was sent, where there is more than the sentence says. */
function problemsOf(error: unknown): string {
  const problems = error instanceof PlugboardError ? error.details['problems'] : undefined;
  if (!Array.isArray(problems) || problems.length < 2) return '';
  return problems.map(({ path, message }) => `  ${plain(String(path))} ${plain(String(message))}\n`).join('');
}
