import { type Finding, findingsOf } from './finding.ts';

const least = 24;

/** Whether this Node can run Plugboard. */
export function checkNode(version: string): Finding {
  const { ok, failed } = findingsOf('node');
  if (Number.parseInt(version, 10) >= least) return ok(`Node ${version}.`);
  return failed(`Node ${version} is too old. Install Node ${least} or newer.`);
}
