import type { Connector, Field, Manifest } from '../../connector.ts';
import type { Program } from '../../format/mcp.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';

/** A program is one that we ship, and the fields that choose it or its folder are there and fit (S4). */
export function checkPrograms(manifest: Manifest, source: Connector['source']): readonly Finding[] {
  const { mcp } = manifest;
  if (mcp === undefined) return [];
  if (mcp.transport === 'stdio') return checkProgram(mcp, { manifest, source, path: ['mcp'] });
  if (mcp.stdio === undefined) return [];
  const path = ['mcp', 'stdio'];
  return [...checkChoice(mcp.stdio.when, manifest), ...checkProgram(mcp.stdio, { manifest, source, path })];
}

interface Place {
  readonly manifest: Manifest;
  readonly source: Connector['source'];
  readonly path: KeyPath;
}

const notShipped =
  'runs a program, which only the connectors that come with Plugboard do. List it in PLUGBOARD_STDIO_COMMANDS instead';

function checkProgram({ folder }: Program, { manifest, source, path }: Place): Finding[] {
  const field = folder && fieldOf(manifest, folder.field);
  return [
    ...(source === 'built-in' ? [] : [{ path: [...path, 'command'], message: notShipped }]),
    ...(folder && !isPlain(field, 'text')
      ? [{ path: [...path, 'folder', 'field'], message: 'must name a text field that is required and not secret' }]
      : []),
  ];
}

function checkChoice({ field, is }: { readonly field: string; readonly is: string }, manifest: Manifest): Finding[] {
  const path = ['mcp', 'stdio', 'when'];
  const asked = fieldOf(manifest, field);
  if (!isPlain(asked, 'select'))
    return [{ path: [...path, 'field'], message: 'must name a select field that is required' }];
  const values = asked?.choices?.map(({ value }) => value) ?? [];
  return values.includes(is)
    ? []
    : [{ path: [...path, 'is'], message: `is none of its choices: ${values.join(', ')}` }];
}

function fieldOf({ fields }: Manifest, key: string): Field | undefined {
  return fields.find((field) => field.key === key);
}

function isPlain(field: Field | undefined, type: Field['type']): boolean {
  return field !== undefined && field.type === type && field.required && !field.secret;
}
