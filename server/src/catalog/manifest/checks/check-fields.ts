import type { Field, Manifest } from '../../connector.ts';
import { resolveFields } from '../../resolve-fields.ts';
import type { Finding } from '../manifest-problem.ts';

/** Fields are told apart by their keys, belong to ways of signing in that exist, and agree with themselves. */
export function checkFields(manifest: Manifest): readonly Finding[] {
  const keys = manifest.fields.map(({ key }) => key);
  return manifest.fields.flatMap((field, index) =>
    [
      ...(keys.indexOf(field.key) === index
        ? []
        : [{ key: 'key', message: `the key "${field.key}" is taken by fields[${keys.indexOf(field.key)}]` }]),
      ...checkField(field, manifest),
    ].map(({ key, message }) => ({ path: ['fields', index, key], message })),
  );
}

interface FieldFinding {
  readonly key: keyof Field;
  readonly message: string;
}

function checkField(field: Field, manifest: Manifest): FieldFinding[] {
  const modes: readonly string[] = manifest.auth_modes ?? [manifest.auth_mode];
  const foreign = field.auth_modes?.find((mode) => !modes.includes(mode));
  const rules: readonly (readonly [boolean, keyof Field, string])[] = [
    [field.key === 'fields', 'key', 'may not be "fields": that is how submitted values are wrapped'],
    [foreign !== undefined, 'auth_modes', `"${foreign}" is not among the connector's auth_modes (${modes.join(', ')})`],
    [
      field.secret && !['text', 'multiline'].includes(field.type),
      'secret',
      'only text and multiline fields can be secret',
    ],
    [
      hasOuterSpace(field.default) && !field.verbatim,
      'default',
      'has white space around it, which is dropped from what people enter; "verbatim: true" keeps it',
    ],
    [field.verbatim === true && field.type !== 'text', 'verbatim', 'is for text fields'],
    [field.secret && field.default !== undefined, 'default', 'a secret has no default'],
    [
      (field.type === 'select') !== (field.choices !== undefined),
      'choices',
      'choices go with "type: select", and only with it',
    ],
    [isTwice(field.choices?.map(({ value }) => value)), 'choices', 'a value is listed twice'],
    [
      manifest.auth_mode === 'none' && field.secret && field.required && isFor(field, 'none'),
      'secret',
      '"auth_mode: none" asks for no secret',
    ],
    [field.pattern !== undefined && !isPattern(field.pattern), 'pattern', 'is not a regular expression'],
    [
      field.default !== undefined && !defaultFits(field),
      'default',
      `does not fit "type: ${field.type}" or its choices`,
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, key, message]) => ({ key, message }));
}

function isFor(field: Field, mode: string): boolean {
  return field.auth_modes === undefined || field.auth_modes.includes(mode);
}

function hasOuterSpace(value: Field['default']): boolean {
  return typeof value === 'string' && value.trim() !== value;
}

function isTwice(values: readonly string[] | undefined): boolean {
  return values !== undefined && new Set(values).size < values.length;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

function defaultFits(field: Field): boolean {
  const { auth_modes: _, ...alone } = field;
  const expected = field.type === 'number' || field.type === 'boolean' ? field.type : 'string';
  return typeof field.default === expected && resolveFields({ fields: [alone], derived: {} }, 'none', {}).ok;
}
