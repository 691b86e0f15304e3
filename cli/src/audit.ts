import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Environment } from './command.ts';
import { commandGroup } from './command-group.ts';
import { connect } from './connect.ts';
import { openStream, partsOf } from './open-stream.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from './read-arguments.ts';
import { UsageError } from './show-error.ts';
import { plain, table, writeError, writeOut } from './terminal.ts';

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
  const found = asRecord(await connect(env, values).request('GET', '/api/v1/audit/head'));
  const text = values.json ? `${JSON.stringify(found, null, 2)}\n` : `${found['segment']}:${found['mac']}\n`;
  return (await writeOut(text)) ? 0 : 1;
}

async function verify(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = readArguments(args, { ...serverOptions, head: { type: 'string' } });
  refuseMore(positionals);
  const body = values.head === undefined ? {} : { head: readHead(values.head) };
  const request = { method: 'POST', path: '/api/v1/audit/verify', accept: 'text/event-stream', body } as const;
  const verdict = await lastVerdict(await openStream(env, values, request));
  await writeOut(values.json ? `${JSON.stringify(verdict, null, 2)}\n` : shownVerdict(verdict));
  return verdict['ok'] === true ? 0 : 1;
}

function readHead(text: string): { readonly segment: number; readonly mac: string } {
  const [, segment, mac] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (segment !== undefined && mac !== undefined) return { segment: Number(segment), mac };
  throw new UsageError('--head is what "plugboard audit head" printed: <segment>:<mac>.');
}

async function lastVerdict(stream: ReadableStream<Uint8Array>): Promise<Record<string, unknown>> {
  for await (const event of partsOf(stream, '\n\n')) {
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (data === undefined) continue;
    const said = asRecord(JSON.parse(data));
    if (event.startsWith('event: verdict')) return said;
    if (process.stderr.isTTY) writeError(`\rsegment ${said['segment']} …`);
  }
  throw new Error('The server stopped verifying before it came to a verdict. Try again, and look at its log.');
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
  const query = new URLSearchParams();
  for (const name of ['from', 'to'] as const) if (values[name] !== undefined) query.set(name, timeIn(values[name]));
  const request = { method: 'GET', path: `/api/v1/${log}/export?${query}`, accept: 'application/x-ndjson' } as const;
  const stream = await openStream(env, values, request);
  const isWhole = await (values.out === undefined ? passOn(stream, process.stdout) : toFile(stream, values.out));
  if (!isWhole) writeError('The export was cut off: its last line, {"end":…}, is missing. Run it again.\n');
  return isWhole ? 0 : 1;
}

const exportOptions = { from: { type: 'string' }, to: { type: 'string' }, out: { type: 'string' } } as const;

function timeIn(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`"${plain(text)}" is no time. Write it like 2026-11-21T08:00:00Z.`);
  return new Date(time).toISOString();
}

async function toFile(stream: ReadableStream<Uint8Array>, path: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch(async (cause: unknown) => {
    await stream.cancel();
    throw new UsageError(`${plain(path)} cannot be made. It must not be there yet.`, { cause });
  });
  const writing = file.createWriteStream();
  const isWhole = await passOn(stream, writing);
  writing.end();
  await finished(writing);
  return isWhole;
}

/** Resolves to whether the last line came: false too where nobody takes the lines any more. */
async function passOn(stream: ReadableStream<Uint8Array>, to: Writable): Promise<boolean> {
  const gone = once(to, 'error').then(() => false);
  let last = '';
  for await (const line of partsOf(stream, '\n')) {
    const isTaken = to.write(`${line}\n`) || (await Promise.race([once(to, 'drain').then(() => true), gone]));
    if (!isTaken) return false;
    last = line;
  }
  return last.startsWith('{"end":');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function asList(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}
