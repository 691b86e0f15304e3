import type { z } from 'zod';
import { isRecord } from '../../lib/json.ts';
import { didYouMean } from '../did-you-mean.ts';
import { connectorJsonSchema } from './connector-schema.ts';
import type { Finding, KeyPath } from './manifest-problem.ts';

/** What a schema issue means to the author of a manifest; one finding for each unknown key. */
export function explainIssue(issue: z.core.$ZodIssue, data: unknown): readonly Finding[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  const meant = issue.code === 'invalid_union' ? closest(issue.errors) : undefined;
  if (meant) return meant.flatMap((each) => explainIssue({ ...each, path: [...issue.path, ...each.path] }, data));
  if (issue.code === 'invalid_key' && issue.issues[0]) return [{ path, message: issue.issues[0].message }];
  if (!exists(data, path)) return [{ path, message: 'is missing' }];
  return [{ path, message: issue.message.replace(/^Invalid (input|option|string): /, '') }];
}

/** Of several variants the author meant the one that is nearly right; `undefined` where it is none of them at all. */
function closest(variants: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  const inside = variants.filter((issues) => issues.every(({ code, path }) => path.length > 0 || code === unknown));
  return inside.toSorted((left, right) => faultsIn(left) - faultsIn(right))[0];
}

const unknown = 'unrecognized_keys';

function faultsIn(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === unknown ? issue.keys.length : 1), 0);
}

function unknownKey(path: KeyPath, key: string): Finding {
  const known = knownKeys(connectorJsonSchema(), path);
  return { path: [...path, key], message: `is not a key that exists here${didYouMean(key, known)}` };
}

function exists(data: unknown, path: KeyPath): boolean {
  let node = data;
  for (const part of path) {
    if (Array.isArray(node) && typeof part === 'number') node = node[part];
    else node = isRecord(node) ? node[part] : undefined;
  }
  return node !== undefined;
}

/** The keys the JSON Schema knows at a place, whichever variant the place has. */
function knownKeys(schema: unknown, path: KeyPath): readonly string[] {
  let nodes = variants(schema);
  for (const part of path) nodes = nodes.flatMap((node) => variants(child(node, part)));
  return nodes.flatMap((node) => (isRecord(node['properties']) ? Object.keys(node['properties']) : []));
}

function variants(schema: unknown): readonly Record<string, unknown>[] {
  if (!isRecord(schema)) return [];
  const several = [schema['anyOf'], schema['oneOf']].flatMap((list) => (Array.isArray(list) ? list : []));
  return [schema, ...several.flatMap(variants)];
}

function child(node: Record<string, unknown>, part: string | number): unknown {
  if (typeof part === 'number') return node['items'];
  return isRecord(node['properties']) && Object.hasOwn(node['properties'], part)
    ? node['properties'][part]
    : node['additionalProperties'];
}
