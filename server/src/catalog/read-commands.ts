import { z } from 'zod';
import { isRecord, parseJson } from '../lib/json.ts';
import type { Connector } from './connector.ts';
import { fieldSchema } from './format/field.ts';
import { programSchema } from './format/mcp.ts';
import { explainIssue } from './manifest/explain-issue.ts';
import { checkManifest } from './manifest/checks/check-manifest.ts';
import { showPath } from './manifest/manifest-problem.ts';
import { listedServer } from './own-connectors.ts';

/** What the operator allows besides the built-in catalog: connectors by the name that a workspace asks for. */
export interface ListedCommands {
  readonly commands: ReadonlyMap<string, Connector>;
  /** What is wrong with the list, as sentences that name the entry. */
  readonly problems: readonly string[];
}

const entrySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be at most 40 of a-z, 0-9 and dash'),
  /** What a workspace is asked for when it adds one: the only values that templates may take from it. */
  fields: z.array(fieldSchema).max(20).default([]),
  ...programSchema.shape,
});

/**
 * Reads `PLUGBOARD_STDIO_COMMANDS`: one `name=command argument argument…` a line, or a JSON array of objects with the keys of
 * a manifest's program and `name` and `fields` besides.
 */
export function readCommands(text: string): ListedCommands {
  const entries = entriesIn(text);
  if (entries === undefined) return { commands: new Map(), problems: [`${variable} starts with "[" but is not JSON.`] };
  const commands = new Map<string, Connector>();
  const problems = entries.flatMap((entry, index) => readEntry(entry, index, commands));
  return { commands, problems };
}

const variable = 'PLUGBOARD_STDIO_COMMANDS';

function entriesIn(text: string): readonly unknown[] | undefined {
  if (text.trimStart().startsWith('[')) {
    const list = parseJson(text);
    return Array.isArray(list) ? list : undefined;
  }
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(readLine);
}

/** An argument is what stands between spaces, and stays as it is: a line asks nobody for anything. */
function readLine(line: string): unknown {
  const [, name = line, rest = ''] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
  const [command = '', ...args] = rest.split(/\s+/);
  return { name, command, args: args.map((argument) => argument.replaceAll('${', () => '$${')) };
}

function readEntry(entry: unknown, index: number, commands: Map<string, Connector>): string[] {
  const named = isRecord(entry) && typeof entry['name'] === 'string' ? ` "${entry['name']}"` : ` ${index + 1}`;
  const parsed = entrySchema.safeParse(entry);
  const findings = parsed.success ? [] : parsed.error.issues.flatMap((issue) => explainIssue(issue, entry));
  const wrong = parsed.success
    ? checkEntry(parsed.data, commands)
    : findings.map(({ path, message }) => `${showPath(path)} ${message}`);
  return wrong.map((message) => `${variable}: entry${named}: ${message}.`);
}

function checkEntry(
  { name, fields, ...program }: z.output<typeof entrySchema>,
  commands: Map<string, Connector>,
): string[] {
  if (commands.has(name)) return ['has the name of another entry'];
  const connector = listedServer({ name, fields, program });
  const findings = checkManifest({ ...connector, id: 'listed' }, 'built-in');
  if (findings.length === 0) commands.set(name, connector);
  return findings.map(({ path, message }) => `${showPath(path.filter((part) => part !== 'mcp'))} ${message}`);
}
