import { serverHelp } from '../read-arguments.ts';

/** What `--help` prints for the export of a log. */
export function exportHelp(log: 'events' | 'calls'): string {
  return `plugboard ${log} export [--from <time>] [--to <time>] [--out <file>]

One JSON object a line, in the order of the audit chain; the last line is {"end":…}.

  --from, --to <time>  ISO 8601: from the first on, before the second
  --out <file>         a new file, readable by you alone; default: standard output
${serverHelp}`;
}
