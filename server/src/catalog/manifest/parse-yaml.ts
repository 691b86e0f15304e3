import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { KeyPath } from './manifest-problem.ts';

/** A YAML document as plain data, and the line each place of it stands on. */
interface YamlDocument {
  readonly data: unknown;
  /** The line (from 1) of a place, or of the nearest thing around it that exists. */
  lineOf(path: KeyPath): number;
}

export type ParsedYaml =
  | ({ readonly ok: true } & YamlDocument)
  | { readonly ok: false; readonly problems: readonly { readonly line?: number; readonly message: string }[] };

/** Bytes. */
export const largestManifest = 512 * 1024;
const mostAliases = 100;

/** Parses one YAML 1.2 document (core schema) of at most 512 KiB: no key twice, no unknown tag, no aliases that explode. */
export function parseYaml(text: string): ParsedYaml {
  if (Buffer.byteLength(text) > largestManifest)
    return { ok: false, problems: [{ message: 'is larger than 512 KiB' }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      ok: false,
      problems: faults.slice(0, 20).map(({ message, pos }) => ({ line: lines.linePos(pos[0]).line, message })),
    };
  }
  return toData(document, lines);
}

function toData(document: Document, lines: LineCounter): ParsedYaml {
  try {
    const data: unknown = document.toJS({ maxAliasCount: mostAliases });
    return { ok: true, data, lineOf: (path) => lines.linePos(offsetOf(document, path)).line };
  } catch (error) {
    return { ok: false, problems: [{ message: error instanceof Error ? error.message : 'is not YAML' }] };
  }
}

function offsetOf(document: Document, path: KeyPath): number {
  let node = resolved(document, document.contents);
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    const step = stepInto(node, part);
    if (step === undefined) break;
    offset = startOf(step.at) ?? offset;
    node = resolved(document, step.node);
  }
  return offset;
}

function stepInto(node: unknown, part: string | number): { at: unknown; node: unknown } | undefined {
  if (isSeq(node))
    return typeof part === 'number' && part < node.items.length
      ? { at: node.items[part], node: node.items[part] }
      : undefined;
  const pair = isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
    : undefined;
  return pair && { at: pair.key, node: pair.value };
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? rangeOf(node) : undefined;
}

function rangeOf(node: Node): number | undefined {
  return node.range?.[0];
}
