import type { Connector, Field } from '../../../../catalog/connector.ts';
import { isAskedIn } from '../../../../catalog/resolve-fields.ts';
import { isAppField } from '../../../../connections/sign-in/provider/own-app.ts';
import type { AtConnector } from '../../../../links/connect-links/steps/where-link-stands.ts';
import { html, type Markup } from '../../frame/html.ts';
import { english, type Face } from '../link-face.ts';
import type { WordKey } from '../words/say.ts';

/** The names of fields begin so in a form: no field of a manifest meets one of ours. */
const prefix = 'field.';
/** Characters of one value of a form. */
const mostCharacters = 8_192;

/** What was filled in, by field. */
export type Values = ReadonlyMap<string, string>;

/** The fields that an end user fills in; the OAuth app is the workspace's. */
export function fieldsAsked({ connector, way }: Pick<AtConnector, 'connector' | 'way'>): readonly Field[] {
  return connector.fields.filter((field) => isAskedIn(field, way) && !isAppField(field.key));
}

/** What a form says of these fields; what was left empty is left out. */
export function readValues(form: URLSearchParams, fields: readonly Field[]): Record<string, string> {
  const given = fields.map((field) => [field.key, valueIn(form, field)] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

/** A box that is not ticked is not sent (HTML, §4.10.21.4). */
function valueIn(form: URLSearchParams, { key, type }: Field): string {
  const value = form.get(prefix + key) ?? '';
  return type === 'boolean' ? String(value === 'true') : value;
}

type FieldWord = Extract<WordKey, `field_${string}`>;

/** What is wrong with a field, by its key: the sentence that says so. */
export type Wrong = ReadonlyMap<string, FieldWord>;

/** What is wrong with which field, as it was found out; nothing where it is about no field. */
export function wrongIn(problems: unknown, connector: Pick<Connector, 'fields'>): Wrong {
  const wrong = new Map<string, FieldWord>();
  for (const problem of Array.isArray(problems) ? problems : []) {
    const { key, message } = Object(problem);
    const field = connector.fields.find((each) => each.key === key);
    if (field) wrong.set(field.key, String(message).startsWith('missing') ? 'field_missing' : kinds[field.type]);
  }
  return wrong;
}

const kinds: Record<Field['type'], FieldWord> = {
  text: 'field_text',
  multiline: 'field_text',
  url: 'field_url',
  email: 'field_email',
  number: 'field_number',
  boolean: 'field_choice',
  select: 'field_choice',
};

/** The fields with what was filled in before, but for secrets, which no page shows. */
export function fieldInputs(
  face: Face,
  fields: readonly Field[],
  { values, wrong }: { readonly values: Values; readonly wrong: Wrong },
): readonly Markup[] {
  return fields.map((field) => labelled(face, field, { value: shown(field, values), wrong: wrong.get(field.key) }));
}

function shown({ key, secret, default: usual = '' }: Field, values: Values): string {
  return secret ? '' : (values.get(key) ?? String(usual));
}

interface Filled {
  readonly value: string;
  readonly wrong: FieldWord | undefined;
}

function labelled(face: Face, field: Field, filled: Filled): Markup {
  const { key, label, help, required, type } = field;
  const id = `f-${key}`;
  const optional =
    !isNeeded(field) && type !== 'boolean' && html` <span class="quiet">(${face.say('optional')})</span>`;
  const name = html`<label for="${id}">${english(label)}${optional}</label>`;
  const hint = help !== undefined && html`<p class="hint" id="${`${id}-hint`}">${english(help)}</p>`;
  const wrong =
    filled.wrong && html`<p class="hint wrong" id="${`${id}-wrong`}" role="alert">${face.say(filled.wrong)}</p>`;
  const described = [help !== undefined && `${id}-hint`, filled.wrong && `${id}-wrong`]
    .filter((each) => each)
    .join(' ');
  const attributes = html`id="${id}" name="${prefix + key}" autocomplete="off"${described !== '' && html` aria-describedby="${described}"`}${filled.wrong && html` aria-invalid="true"`}${required && isNeeded(field) && html` required`}`;
  const input = inputFor(field, { value: filled.value, attributes });
  return type === 'boolean'
    ? html`${hint}<div class="tick">${input}${name}</div>${wrong}`
    : html`${name}${hint}${wrong}${input}`;
}

/** What has a usual value need not be filled in. */
function isNeeded({ required, default: usual }: Field): boolean {
  return required && usual === undefined;
}

interface Input {
  readonly value: string;
  readonly attributes: Markup;
}

function inputFor(field: Field, { value, attributes }: Input): Markup {
  const { type, secret, placeholder } = field;
  const hint = placeholder !== undefined && html` placeholder="${placeholder}"`;
  if (type === 'select') return selectFor(field, { value, attributes });
  if (type === 'boolean')
    return html`<input type="checkbox" value="true" ${attributes}${value === 'true' && html` checked`} />`;
  if (type === 'multiline') return html`<textarea rows="4" spellcheck="false" ${attributes}${hint}>${value}</textarea>`;
  const kind = secret ? 'password' : inputTypes[type];
  return html`<input type="${kind}" value="${value}" maxlength="${mostCharacters}" spellcheck="false" autocapitalize="none" ${attributes}${hint} />`;
}

const inputTypes = { text: 'text', url: 'url', email: 'email', number: 'text' } as const;

function selectFor({ choices = [] }: Field, { value, attributes }: Input): Markup {
  return html`<select ${attributes}>
    ${choices.map(
      (choice) =>
        html`<option value="${choice.value}" lang="en"${choice.value === value && html` selected`}>${choice.label}</option>`,
    )}
  </select>`;
}
