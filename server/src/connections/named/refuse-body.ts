import { Failure } from '../../errors.ts';

/** One thing wrong with a body: a JSON Pointer (RFC 6901) and a sentence that never repeats a value. */
export interface BodyProblem {
  readonly path: string;
  readonly message: string;
}

/** INVALID_INPUT about one thing, to be thrown. */
export function refusal(path: string, message: string): Failure {
  return refusalOf([{ path, message }]);
}

/** INVALID_INPUT about each of these, to be thrown; its message is that of the first. */
export function refusalOf(problems: readonly BodyProblem[]): Failure {
  const message = problems[0]?.message ?? 'The body is not what this endpoint takes.';
  return new Failure('INVALID_INPUT', message, { details: { problems } });
}

/** Throws where there is a problem. */
export function refuseAny(problems: readonly BodyProblem[]): void {
  if (problems.length > 0) throw refusalOf(problems);
}
