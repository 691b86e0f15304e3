import { readFileSync } from 'node:fs';
import type { Command, Environment } from './command.ts';
import { connect } from './connect.ts';
import type { NangoTarget } from './import-nango/ask-nango.ts';
import { exitCodes } from './exit-codes.ts';
import { importNango } from './import-nango/import-nango.ts';
import { readProviderMap } from './import-nango/providers.ts';
import { noReport, openReport } from './import-nango/report.ts';
import { asJson, describe, isComplete, progressLine, type Summary } from './import-nango/summary.ts';
import { nearMiss } from './near-miss.ts';
import { readArguments, refuseMore } from './read-arguments.ts';
import { readSetting } from './settings.ts';
import { Failed, UsageError } from './show-error.ts';
import { streams } from './streams.ts';
import { plain, writeError, writeOut } from './terminal.ts';

/** `plugboard import nango`: brings connections over, with their tokens, end users and metadata. */
export const importFrom: Command = {
  summary: 'bring connections over from Nango',
  help: `plugboard import nango --url <address> --secret-key-file <file> [--provider-map <from>=<connector>]… [--dry-run]

Reads every connection of a Nango environment and makes it here, for the same end user, with its token or key and
its metadata. It may be run again and again: what is here already is passed over.

  --url <address>           of Nango's API, e.g. https://api.nango.dev
  --secret-key-file <file>  holds the secret key of the environment; default: NANGO_SECRET_KEY or NANGO_SECRET_KEY_FILE
  --provider-map <a>=<b>    connector b for Nango's integration or provider a; may stand several times
  --dry-run                 only tell what would be brought over; no credential is read
  --report <file>           a line of JSON for each connection; default: nango-import.jsonl
  --resume                  go on with that report: what it says is done is not asked for again
  --server <address>        of Plugboard; default: PLUGBOARD_URL, PLUGBOARD_PUBLIC_URL or http://localhost:7400
  --key-file <file>         holds the key for it; default: PLUGBOARD_KEY, PLUGBOARD_ADMIN_KEY or admin.key
  --profile <name>          a server you signed in to (plugboard login), instead
  --json                    answer in JSON

The key needs MANAGER with connections:write, connections:read, connectors:read, end_users:read and end_users:write.
Exit code: 0 all is here, 1 something is not: the report says why; others as in "plugboard help exit-codes".
`,
  answersSignals: true,
  async run(args, env) {
    const [word = '', ...rest] = args;
    if (word === 'nango') return nango(rest, env);
    const said =
      word === '' || word.startsWith('-') ? 'Say what to import from' : `Nothing is imported from "${plain(word)}"`;
    throw new UsageError(`${said}: plugboard import nango.${nearMiss(word, ['nango'])}`);
  },
};

const options = {
  url: { type: 'string' },
  'secret-key-file': { type: 'string' },
  'provider-map': { type: 'string', multiple: true },
  'dry-run': { type: 'boolean', default: false },
  report: { type: 'string', default: 'nango-import.jsonl' },
  resume: { type: 'boolean', default: false },
  server: { type: 'string' },
  'key-file': { type: 'string' },
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

async function nango(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, options);
  refuseMore(positionals);
  const connectorIdFor = readProviderMap(values['provider-map'] ?? []);
  if (connectorIdFor === undefined)
    throw new UsageError('--provider-map is a pair: --provider-map github-prod=github.');
  const stop = new AbortController();
  const target = targetOf(env, { url: values.url, keyFile: values['secret-key-file'], signal: stop.signal });
  const plugboard = connect(env, { url: values.server, 'key-file': values['key-file'], profile: values.profile });
  const dryRun = values['dry-run'];
  const report = dryRun ? noReport() : openReport(values.report, { resume: values.resume });
  const summary = await stoppable(stop, () =>
    importNango({ plugboard, nango: target, connectorIdFor, dryRun, report, progress: showProgress }),
  );
  const shown = await writeOut(values.json ? `${asJson(summary)}\n` : describe(summary));
  return shown && isComplete(summary) ? 0 : 1;
}

interface NangoOptions {
  readonly url: string | undefined;
  readonly keyFile: string | undefined;
  readonly signal: AbortSignal;
}

function targetOf(env: Environment, { url, keyFile, signal }: NangoOptions): NangoTarget {
  const address = URL.parse(url ?? '');
  if (!address || !/^https?:$/.test(address.protocol) || address.username || address.search || address.hash)
    throw new UsageError('Say where Nango is: --url https://api.nango.dev');
  const secretKey = keyFile === undefined ? readSetting(env, 'NANGO_SECRET_KEY') : readKeyFile(keyFile);
  if (secretKey === undefined || !/^[\x21-\x7e]+$/.test(secretKey))
    throw new UsageError(
      'No secret key of Nango was found. Name its file with --secret-key-file, or set NANGO_SECRET_KEY.',
    );
  return { url: address.href.replace(/\/+$/, ''), secretKey, signal };
}

function readKeyFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (cause) {
    throw new UsageError(`--secret-key-file names ${file}, which cannot be read.`, { cause });
  }
}

/** Ctrl-C ends it between two steps; the report has what was done. */
async function stoppable(stop: AbortController, work: () => Promise<Summary>): Promise<Summary> {
  const onStop = (): void => stop.abort(new Failed('Stopped. Go on with --resume.', exitCodes.brokenOff));
  process.once('SIGINT', onStop);
  try {
    return await work();
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    process.off('SIGINT', onStop);
    endProgress();
  }
}

/** A line that is written over again and again, where somebody sits before it. */
function showProgress(summary: Summary): void {
  if (streams().stderr.isTTY) writeError(`\r\u001B[2K${progressLine(summary)}`);
}

function endProgress(): void {
  if (streams().stderr.isTTY) writeError('\r\u001B[2K');
}
