import type { Expectation } from '../connector.ts';
import { readPath } from './read-path.ts';

/** Whether a JSON answer says what a manifest expects of a success: fails closed where the path leads nowhere. */
export function meetsExpectation(answer: unknown, expectation: Expectation): boolean {
  const found = readPath(answer, expectation.path);
  if (expectation.absent === true) return found === undefined || found === null;
  if (found === undefined) return false;
  if (expectation.equals !== undefined && found !== expectation.equals) return false;
  if (expectation.not !== undefined && [expectation.not].flat().some((refused) => refused === found)) return false;
  return expectation.one_of === undefined || expectation.one_of.some((allowed) => allowed === found);
}
