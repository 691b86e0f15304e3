import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { isAskedIn } from '../../catalog/resolve-fields.ts';
import { parseTemplate } from '../../catalog/templates/template.ts';
import { pointer } from '../../lib/json-pointer.ts';
import { refusal } from './refuse-body.ts';
import type { SecurityWords } from './security-words.ts';

/** What was given, by word or field key. */
export type Given = Readonly<Record<string, unknown>>;

export interface FieldsWish {
  readonly authMode: AuthMode;
  readonly words: SecurityWords;
  readonly given: Given;
  /** The server that was named, if any. */
  readonly server: string | undefined;
}

/**
 * What was given, by the connector's own field keys, which come before words of the same name. What is neither stays as it
 * is, for the fields' own check to refuse. Throws INVALID_INPUT where one field is filled twice.
 */
export function nameFields(connector: Connector, { authMode, words, given, server }: FieldsWish): Given {
  const asked = new Set(connector.fields.filter((field) => isAskedIn(field, authMode)).map(({ key }) => key));
  const isWord = (key: string) => !asked.has(key) && words.fields.has(key);
  const fields = new Map(Object.entries(given).filter(([key]) => !isWord(key)));
  const filled = new Map<string, unknown>();
  for (const [word, value] of Object.entries(given).filter(([key]) => isWord(key))) {
    const key = words.fields.get(word);
    if (key === undefined || value === null) continue;
    if (fields.has(key) || filled.has(key))
      throw refusal(pointer('security', word), `${key} is given twice. Say it once.`);
    filled.set(key, value);
  }
  return Object.fromEntries([...defaults(connector, { words, filled, server }), ...fields, ...filled]);
}

interface Known extends Pick<FieldsWish, 'words' | 'server'> {
  readonly filled: ReadonlyMap<string, unknown>;
}

/** What follows from the rest: a key in a header that was named stands there alone, and the server named is the address asked for. */
function defaults(connector: Connector, { words, filled, server }: Known): [string, unknown][] {
  const { prefix, header } = words;
  const address = server === undefined ? undefined : addressField(connector);
  return [
    ...(prefix !== undefined && header !== undefined && filled.has(header) ? [pair(prefix, '')] : []),
    ...(address === undefined ? [] : [pair(address, server)]),
  ];
}

function pair(key: string, value: unknown): [string, unknown] {
  return [key, value];
}

/** The field a manifest's server begins with, where it has to be filled. */
function addressField({ http, mcp, fields }: Connector): string | undefined {
  const remote = mcp?.transport === 'stdio' ? undefined : mcp;
  const [first] = parseTemplate(http?.base_url ?? remote?.url ?? '').pieces;
  if (typeof first !== 'object' || first.root !== 'field') return undefined;
  return fields.find(({ key, required, default: usual }) => key === first.key && required && usual === undefined)?.key;
}
