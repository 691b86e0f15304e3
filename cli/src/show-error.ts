import { PlugboardError } from '../../sdk/src/index.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { plain, writeError } from './terminal.ts';

/** The command line was not understood; the sentence says what to write instead. */
export class UsageError extends Error {}

/** Something foreseen came to nothing; the sentence says what to do. */
export class Failed extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Tells what went wrong on standard error, as a sentence or as JSON, and returns the exit code. */
export function showError(error: unknown, json: boolean): number {
  const message = error instanceof Error ? error.message : String(error);
  if (json) writeError(`${JSON.stringify({ error: shown(error, message) })}\n`);
  // What nobody foresaw is a bug, and shows where it happened.
  else
    writeError(`${plain(message)}\n${problemsOf(error)}${adviceFor(error)}${isForeseen(error) ? '' : stackOf(error)}`);
  return codeOf(error);
}

function codeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof Failed) return error.exitCode;
  return error instanceof PlugboardError ? exitCodeOf(error) : exitCodes.failed;
}

function isForeseen(error: unknown): boolean {
  const isOurs = [UsageError, Failed, PlugboardError].some((kind) => error instanceof kind);
  // What the system refuses (EACCES: permission denied, open '…') says itself what is wrong.
  return isOurs || !(error instanceof Error) || 'syscall' in error;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? `${error.stack}\n` : '';
}

function shown(error: unknown, message: string): Readonly<Record<string, unknown>> {
  if (error instanceof PlugboardError)
    return { ...error.details, code: error.code, message, request_id: error.requestId };
  if (error instanceof UsageError) return { code: 'USAGE', message };
  return { code: error instanceof Failed ? 'FAILED' : 'INTERNAL', message };
}

/** What is wrong with each part of what was sent, where there is more than the sentence says. */
function problemsOf(error: unknown): string {
  const problems = error instanceof PlugboardError ? error.details.problems : undefined;
  if (!Array.isArray(problems) || problems.length < 2) return '';
  return problems.map(({ path, message }) => `  ${plain(String(path))} ${plain(String(message))}\n`).join('');
}

/** What to do about the usual ones. */
function adviceFor(error: unknown): string {
  if (!(error instanceof PlugboardError)) return '';
  if (error.code === 'UNREACHABLE' || error.code === 'UNEXPECTED_ANSWER')
    return 'Start it with "plugboard serve", or name it with --url or PLUGBOARD_URL. "plugboard doctor" looks closer.\n';
  if (error.code === 'UNAUTHORIZED') return 'Sign in with another key: plugboard login\n';
  return '';
}
