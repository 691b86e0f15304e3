import type { Json } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import type { Program } from '../format/mcp.ts';
import { fill, invalid, type InvalidTemplateValue, type TemplateValues } from './evaluate.ts';
import { parseTemplate } from './template.ts';

/** A program to run, with the values of a connection put in. */
export interface LocalServer extends Pick<Program, 'command' | 'network' | 'shared' | 'reads'> {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, Secret>>;
  /** The one it sees: its name below the operator's folder. */
  readonly folder: { readonly name: string; readonly access: 'read' | 'read-write' } | undefined;
}

export interface ProgramValues {
  readonly config: Readonly<Record<string, Json>>;
  /** For arguments, which others on the machine can see. */
  readonly values: TemplateValues;
  /** For the environment. */
  readonly withSecrets: TemplateValues;
}

export type RenderedProgram = { readonly ok: true; readonly server: LocalServer } | InvalidTemplateValue;

/**
 * Fills the arguments and the environment of a program. What a person submitted is one argument or a part of one, never an
 * option of its own; an argument or variable without its value is left out.
 */
export function renderProgram(program: Program, { values, withSecrets, config }: ProgramValues): RenderedProgram {
  const { command, network, shared, reads, folder } = program;
  const args: string[] = [];
  for (const text of program.args) {
    const rendered = renderArgument(text, values);
    if (typeof rendered === 'object') return rendered;
    if (rendered !== undefined) args.push(rendered);
  }
  const env: Record<string, Secret> = {};
  for (const [name, text] of Object.entries(program.env)) {
    const rendered = fill(parseTemplate(text), withSecrets, variable);
    if (!rendered.ok) return rendered;
    if (rendered.value !== undefined) env[name] = asSecret(rendered.value);
  }
  const seen = folder && { name: String(config[folder.field] ?? ''), access: folder.access };
  if (folder && !folderName.test(seen?.name ?? ''))
    return invalid(`field.${folder.field}`, 'must be the name of a folder, without slashes');
  return { ok: true, server: { command, network, shared, reads, args, env, folder: seen } };
}

/** Not hidden, no step up, and nothing that a program could take for an option. */
const folderName = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,99}$/u;

function renderArgument(text: string, values: TemplateValues): string | undefined | InvalidTemplateValue {
  const template = parseTemplate(text);
  const rendered = fill(template, values, (value, { name }) =>
    /\p{Cc}/u.test(value) ? invalid(name, 'may not hold line breaks or control characters here') : value,
  );
  if (!rendered.ok) return rendered;
  const argument = rendered.value instanceof Secret ? undefined : rendered.value;
  const [first] = template.pieces;
  if (typeof first === 'object' && argument?.startsWith('-')) return invalid(first.name, 'may not begin with "-" here');
  return argument;
}

function variable(value: string, { name }: { readonly name: string }): string | InvalidTemplateValue {
  return value.includes('\0') ? invalid(name, 'may not hold a NUL character') : value;
}

function asSecret(text: string | Secret): Secret {
  return text instanceof Secret ? text : new Secret(text);
}
