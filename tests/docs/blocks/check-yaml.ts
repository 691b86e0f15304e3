import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { showProblem } from '../../../server/src/catalog/manifest/manifest-problem.ts';
import { readManifest } from '../../../server/src/catalog/manifest/read-manifest.ts';

const root = join(import.meta.dirname, '../../..');
const part = JSON.parse(readFileSync(join(root, 'connectors/connector.schema.json'), 'utf8'), leaveOut);
const { properties } = part;
const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** What is wrong with a block of a connector: a whole manifest, some of its keys, a list of tools, or one of them. */
export function checkYaml(text: string): readonly string[] {
  const value = parsed(text);
  if (typeof value === 'string') return [value];
  if ('schema' in value && 'tools' in value) return checkManifest(text);
  const schema = Object.keys(value).every((key) => key in properties) ? part : schemaOfTools(value);
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'It'} ${message}.`);
}

/** A part of a manifest need not say everything; a property that may be called `required` stays. */
function leaveOut(this: unknown, key: string, value: unknown): unknown {
  return key === 'required' && Array.isArray(value) ? undefined : value;
}

function parsed(text: string): object | string {
  try {
    const value = parse(text) ?? {};
    return typeof value === 'object' ? value : 'It holds no YAML object.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkManifest(text: string): readonly string[] {
  const read = readManifest(text, { file: 'connector.yaml', source: 'built-in' });
  return read.ok ? [] : read.problems.map(showProblem);
}

function schemaOfTools(value: object): object {
  return Array.isArray(value) ? properties.tools : properties.tools.items;
}
