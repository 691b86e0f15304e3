import type { Plugboard } from '../../../sdk/src/index.ts';
import { nearMiss } from '../near-miss.ts';
import { UsageError } from '../show-error.ts';

/** One value that a connector asks for. */
export interface FormField {
  readonly key: string;
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly help: string | undefined;
  readonly default: string | undefined;
  readonly placeholder: string | undefined;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** The ways of signing in that it is for; empty: all. */
  readonly modes: readonly string[];
}

/** What the command line needs of a manifest. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly modes: readonly string[];
  readonly fields: readonly FormField[];
  /** Whether somebody can sign in by a code in another browser (RFC 8628). */
  readonly hasDeviceCode: boolean;
}

/** Reads the manifest of a connector. Rejects with `PlugboardError` where there is none. */
export async function readManifest(plugboard: Plugboard, id: string): Promise<Manifest> {
  const manifest = await plugboard.connectors.get(id);
  const modes = listOf(manifest['auth_modes']).map(String);
  return {
    id: String(manifest['id']),
    name: String(manifest['name']),
    modes: modes.length > 0 ? modes : [String(manifest['auth_mode'])],
    fields: listOf(manifest['fields']).map((field) => fieldIn(fieldsOf(field))),
    hasDeviceCode: 'device_authorization_url' in fieldsOf(manifest['oauth']),
  };
}

/** The way of signing in that is meant: the named one, or the first that fits. Throws `UsageError` for one there is not. */
export function modeIn({ name, modes }: Manifest, wanted: string | undefined, byCode = false): string {
  if (wanted === undefined) return (byCode ? modes.find(takesSignIn) : modes[0]) ?? 'none';
  if (modes.includes(wanted)) return wanted;
  throw new UsageError(`${name} is connected by ${modes.join(' or ')}.${nearMiss(wanted, modes)}`);
}

/** Whether somebody signs in at the provider for it, in a browser. */
export function takesSignIn(mode: string): boolean {
  return mode === 'byo_oauth' || mode === 'mcp_oauth';
}

/** What is asked for in this way of signing in. */
export function fieldsIn({ fields }: Manifest, mode: string): readonly FormField[] {
  return fields.filter(({ modes }) => modes.length === 0 || modes.includes(mode));
}

type Fields = Readonly<Record<string, unknown>>;

function fieldIn(field: Fields): FormField {
  const key = String(field['key']);
  return {
    key,
    label: String(field['label'] ?? key),
    type: String(field['type'] ?? 'text'),
    required: field['required'] !== false,
    secret: field['secret'] === true,
    help: textIn(field['help']),
    default: textIn(field['default']),
    placeholder: textIn(field['placeholder']),
    choices: listOf(field['choices'])
      .map(fieldsOf)
      .map(({ value, label }) => ({ value: String(value), label: String(label ?? value) })),
    modes: listOf(field['auth_modes']).map(String),
  };
}

function textIn(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
