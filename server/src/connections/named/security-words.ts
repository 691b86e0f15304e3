import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { isAskedIn } from '../../catalog/resolve-fields.ts';
import { aloneIn, parseTemplate, referencesIn } from '../../catalog/templates/template.ts';

/** How contract 000 speaks of ways to sign in, and which of ours each means. */
export const methodModes = {
  apiKey: ['pat'],
  bearer: ['pat'],
  basic: ['pat'],
  connectionString: ['conn_string'],
  oauth2: ['mcp_oauth', 'byo_oauth'],
  none: ['none'],
} as const satisfies Readonly<Record<string, readonly AuthMode[]>>;

export type SecurityMethod = keyof typeof methodModes;

const methods = ['apiKey', 'bearer', 'basic', 'connectionString', 'oauth2', 'none'] as const satisfies SecurityMethod[];

/** The methods a connector takes. */
export function methodsOf({ auth, auth_modes: modes }: Connector): readonly SecurityMethod[] {
  return methods.filter(
    (method) =>
      (method !== 'basic' || auth.scheme === 'basic') && methodModes[method].some((mode) => modes.includes(mode)),
  );
}

/** What the words of a method stand for in one connector. */
export interface SecurityWords {
  /** Each word and the key of the field it fills; `undefined`: it says nothing here and is passed over. */
  readonly fields: ReadonlyMap<string, string | undefined>;
  /** The field that names the header of the key, where a person may choose it. */
  readonly header?: string | undefined;
  /** The field for what stands in front of the key in the usual header. */
  readonly prefix?: string | undefined;
}

/** The words that a method has besides the connector's own field keys (RULINGS 000.1). */
export function wordsOf(connector: Connector, method: SecurityMethod | undefined): SecurityWords {
  switch (method) {
    case 'apiKey':
      return { ...keyWords(connector), prefix: prefixField(connector) };
    case 'bearer':
      return keyWords(connector);
    case 'basic':
      return { fields: pairWords(connector) };
    case 'connectionString':
      return { fields: stringWords(connector) };
    default:
      return { fields: new Map() };
  }
}

const keyNames = ['apiKey', 'token', 'bearer'];

function keyWords(connector: Connector): SecurityWords {
  const [secret, ...others] = connector.fields.filter((field) => field.secret && isAskedIn(field, 'pat'));
  const header = chosenHeader(connector)?.field;
  const fields = new Map([['headerName', header]]);
  for (const name of secret && others.length === 0 ? keyNames : []) fields.set(name, secret?.key);
  return { fields, header };
}

/** A connector without a database of its own has its one secret for it. */
function stringWords({ sql, fields }: Connector): Map<string, string> {
  const [secret, ...others] = fields.filter((field) => field.secret && isAskedIn(field, 'conn_string'));
  const key = sql?.connection_string ?? (others.length === 0 ? secret?.key : undefined);
  return new Map(key === undefined ? [] : [['connectionString', key]]);
}

function pairWords({ auth }: Connector): Map<string, string> {
  const { username = '', password = '' } = auth.scheme === 'basic' ? auth : {};
  const fields = new Map<string, string>();
  for (const [word, template] of [
    ['username', username],
    ['password', password],
  ] as const) {
    const [first, ...others] = referencesIn(parseTemplate(template));
    if (first?.root === 'field' && others.length === 0) fields.set(word, first.key);
  }
  return fields;
}

/** Only a `verbatim` field can be empty on purpose. */
function prefixField(connector: Connector): string | undefined {
  const [first] = referencesIn(parseTemplate(chosenHeader(connector)?.value ?? ''));
  return connector.fields.find(({ key, secret, verbatim }) => key === first?.key && !secret && verbatim === true)?.key;
}

interface ChosenHeader {
  readonly field: string;
  readonly value: string;
}

function chosenHeader({ auth }: Connector): ChosenHeader | undefined {
  if (auth.scheme !== 'api_key') return undefined;
  return auth.keys.flatMap(({ in: place, name, value }): ChosenHeader[] => {
    const reference = aloneIn(parseTemplate(name));
    return place === 'header' && reference?.root === 'field' ? [{ field: reference.key, value }] : [];
  })[0];
}
