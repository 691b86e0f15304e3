import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { isPlugboardError, type ServerEvent } from '../../sdk/src/index.ts';
import { sayBeside } from './asking/spin.ts';
import type { Environment } from './command.ts';
import { commandGroup } from './command-group.ts';
import { connect } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from './read-arguments.ts';
import { Failed, UsageError } from './show-error.ts';
import { streams } from './streams.ts';
import { plain, print, table, writeError } from './terminal.ts';

const help = `plugboard audit head
plugboard audit verify [--head <segment>:<mac>]
plugboard audit export events|calls [--from <time>] [--to <time>] [--out <file>]

head     where the chain ends, as segment:mac. Keep it elsewhere: a ticket, a mail, another system.
verify   recomputes the chain and names what was altered, deleted or inserted; exit code 1 if something was.
         --head       a head you kept: the chain must still go through it
export   one JSON object a line, in the order of the chain
         --from, --to  ISO 8601: from the first on, before the second
         --out         a new file, readable by you alone; default: standard output
${serverHelp}`;

/** `plugboard audit`: the head of the audit chain, its verification, and both logs as files. */
export const audit = commandGroup('audit', {
  summary: 'verify and export what is on record',
  help,
  verbs: {
    head: { summary: 'where the chain ends', help, run: head },
    verify: { summary: 'recompute the chain', help, run: verify },
    export: { summary: 'a log as lines of JSON', help, run: exportLog },
  },
});

async function head(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, serverOptions);
  refuseMore(positionals);
  const found = await connect(env, values).audit.head.get();
  return print(values.json, found, () => `${found.segment}:${plain(found.mac)}\n`);
}

async function verify(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, { ...serverOptions, head: { type: 'string' } });
  refuseMore(positionals);
  const body = values.head === undefined ? {} : { head: readHead(values.head) };
  const verdict = await lastVerdict(connect(env, values).audit.verifyStream(body));
  await print(values.json, verdict, () => shownVerdict(verdict));
  return verdict['ok'] === true ? 0 : 1;
}

function readHead(text: string): { readonly segment: number; readonly mac: string } {
  const [, segment, mac] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (segment !== undefined && mac !== undefined) return { segment: Number(segment), mac };
  throw new UsageError('--head is what "plugboard audit head" printed: <segment>:<mac>.');
}

async function lastVerdict(events: AsyncIterable<ServerEvent>): Promise<Record<string, unknown>> {
  const isWatched = streams().stderr.isTTY === true;
  for await (const { event, data } of events) {
    const said = asRecord(data);
    if (isWatched) sayBeside(event === 'verdict' ? '' : `Segment ${said['segment']} …`);
    if (event === 'verdict') return said;
  }
  throw new Failed('The server stopped verifying before it came to a verdict. Try again, and look at its log.');
}

function shownVerdict(verdict: Record<string, unknown>): string {
  const { ok, events, calls, expired, fault_count: count } = verdict;
  const { segment, mac } = asRecord(verdict['head']);
  const rows = [...asList(verdict['faults']), ...asList(verdict['notes'])].map((fault) =>
    ['kind', 'segment', 'log', 'row', 'message'].map((field) => String(fault[field] ?? '-')),
  );
  const said = ok === true ? 'The records are as they were sealed' : `${count} things are wrong`;
  const sums = `${events} events and ${calls} calls, ${expired} more calls deleted by retention`;
  return `${table(rows)}${said}: ${sums}.\nHead ${plain(`${segment}:${mac}`)}\n`;
}

/** Writes one of the logs, the first word, as lines of JSON: whole, with its last line, or exit code 1. */
export async function exportLog([log = '', ...rest]: readonly string[], env: Environment): Promise<number> {
  if (log !== 'events' && log !== 'calls') throw new UsageError('Say which log: plugboard audit export events|calls.');
  const { values, positionals } = readArguments(rest, { ...serverOptions, ...exportOptions });
  refuseMore(positionals);
  const [from, to] = [timeIn(values.from), timeIn(values.to)];
  const lines = connect(env, values)[log].export({ from, to });
  try {
    // A request that is refused makes no file.
    const all = startingWith(await lines.next(), lines);
    const isWhole = await (values.out === undefined ? passOn(all, streams().stdout) : toFile(all, values.out));
    if (!isWhole) writeError('The export was cut off: its last line, {"end":…}, is missing. Run it again.\n');
    return isWhole ? exitCodes.ok : exitCodes.failed;
  } finally {
    await lines.return();
  }
}

const exportOptions = { from: { type: 'string' }, to: { type: 'string' }, out: { type: 'string' } } as const;

function timeIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`"${plain(text)}" is no time. Write it like 2026-11-21T08:00:00Z.`);
  return new Date(time).toISOString();
}

type Lines = AsyncIterable<unknown>;

async function* startingWith({ done, value }: IteratorResult<unknown>, rest: Lines): Lines {
  if (done === true) return;
  yield value;
  yield* rest;
}

async function toFile(lines: Lines, path: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw new UsageError(`${plain(path)} cannot be made. It must not be there yet.`, { cause });
  });
  const writing = file.createWriteStream();
  const isWhole = await passOn(lines, writing);
  writing.end();
  await finished(writing);
  return isWhole;
}

/** Resolves to whether the last line came: false too where nobody takes the lines any more. */
async function passOn(lines: Lines, to: Writable): Promise<boolean> {
  const gone = once(to, 'error').then(() => false);
  let last: unknown;
  try {
    for await (const line of lines) {
      const isTaken =
        to.write(`${JSON.stringify(line)}\n`) || (await Promise.race([once(to, 'drain').then(() => true), gone]));
      if (!isTaken) return false;
      last = line;
    }
  } catch (error) {
    if (!isPlugboardError(error, 'UNREACHABLE')) throw error;
  }
  return 'end' in asRecord(last);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function asList(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}
