import { isRecord } from '../../lib/json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Whether an argument is a file, or a list of them. */
export type FileArguments = ReadonlyMap<string, 'one' | 'many'>;

const none: FileArguments = new Map();
const known = new WeakMap<Schema, FileArguments>();

/** The arguments of a tool that are files: the properties with `format: file`, and the lists whose items have it. Worked out once. */
export function fileArguments(input: Schema): FileArguments {
  const found = known.get(input) ?? readArguments(input);
  known.set(input, found);
  return found;
}

function readArguments({ properties }: Schema): FileArguments {
  if (!isRecord(properties)) return none;
  const found = new Map<string, 'one' | 'many'>();
  for (const [name, property] of Object.entries(properties)) {
    if (isFile(property)) found.set(name, 'one');
    else if (isRecord(property) && isFile(property['items'])) found.set(name, 'many');
  }
  return found.size === 0 ? none : found;
}

/** Whether a schema says that its values are files. */
export function isFile(schema: unknown): boolean {
  return isRecord(schema) && schema['format'] === 'file';
}

/** What a file may hold that is written into the arguments themselves, in bytes: 256 KiB. */
export const largestInline = 256 * 1024;
/** Files of one call together. */
export const mostFiles = 10;

/** How a file is given, in the place of each `format: file`. */
const fileForms = {
  type: 'object',
  format: 'file',
  properties: {
    ref: { type: 'string', description: 'Id of an uploaded file, or the ref of a file that a tool answered with' },
    url: { type: 'string', maxLength: 2000, description: 'Public address to fetch it from, without any credential' },
    base64: {
      type: 'string',
      maxLength: Math.ceil(largestInline / 3) * 4,
      description: 'The bytes themselves, at most 256 KiB',
    },
    name: { type: 'string', minLength: 1, maxLength: 200, description: 'File name' },
    media_type: { type: 'string', maxLength: 255, description: 'e.g. image/png' },
    size: { type: 'integer', minimum: 0 },
    sha256: { type: 'string', description: 'Digest in hex; another file than this is refused' },
  },
  oneOf: [{ required: ['ref'] }, { required: ['url'] }, { required: ['base64', 'name'] }],
  additionalProperties: false,
} as const;

/** The schema with the forms of a file spelled out, as callers see it and as arguments are checked. */
export function withFileForms(input: Schema): Schema {
  const files = fileArguments(input);
  const { properties } = input;
  if (files.size === 0 || !isRecord(properties)) return input;
  const written = [...files].map(([name, how]) => [name, spelledOut(properties[name], how)] as const);
  return { ...input, properties: { ...properties, ...Object.fromEntries(written) } };
}

function spelledOut(property: unknown, how: 'one' | 'many'): Schema {
  const own = isRecord(property) ? property : {};
  if (how === 'one') return { ...own, ...fileForms };
  const items = isRecord(own['items']) ? own['items'] : {};
  return { maxItems: mostFiles, ...own, items: { ...items, ...fileForms } };
}
