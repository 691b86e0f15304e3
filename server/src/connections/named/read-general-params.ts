import { pointer } from '../../lib/json-pointer.ts';
import type { Attachment } from '../../transports/attachment.ts';
import { isSendable, isUsable } from '../../transports/http/merge-headers.ts';
import type { GeneralParam } from '../settings/connection-settings.ts';
import { type BodyProblem, refuseAny } from './refuse-body.ts';

/** A parameter as `general_params` names it. */
export interface GivenParam extends Omit<GeneralParam, 'value'> {
  readonly value?: string | null | undefined;
}

/**
 * The parameters of every call (RULINGS 000.3). They are no secrets and never take the place of one. Throws INVALID_INPUT
 * naming each that cannot be sent, that what `attached` proves we are by is named like, or that comes twice.
 */
export function readGeneralParams(given: readonly GivenParam[], attached: Attachment): GeneralParam[] {
  const params = given.map(({ name, description, location, value = null }) => ({ name, description, location, value }));
  refuseAny([...params.flatMap((param, index) => problemsWith(param, { attached, index })), ...repeated(params)]);
  return params;
}

interface Standing {
  readonly attached: Attachment;
  readonly index: number;
}

function problemsWith(param: GeneralParam, { attached, index }: Standing): BodyProblem[] {
  const name = wrongName(param, attached);
  if (name !== undefined) return [{ path: pointer(part, index, 'name'), message: name }];
  const value = param.value === null ? undefined : wrongValue(param, param.value);
  return value === undefined ? [] : [{ path: pointer(part, index, 'value'), message: value }];
}

const part = 'general_params';
const control = /\p{Cc}/u;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const cookieOctets = /^[\u0021\u0023-\u002b\u002d-\u003a\u003c-\u005b\u005d-\u007e]*$/;
const proving: ReadonlySet<string> = new Set(['authorization', 'cookie']);

function wrongName({ name, location }: GeneralParam, { headers, query }: Attachment): string | undefined {
  if (control.test(name)) return 'The name of a parameter holds no control characters.';
  switch (location) {
    case 'header':
      if (!isUsable(name.toLowerCase())) return 'This header cannot be set by a connection.';
      return proving.has(name.toLowerCase()) || Object.hasOwn(headers, name.toLowerCase()) ? secretPlace : undefined;
    case 'query':
      return Object.hasOwn(query, name) ? secretPlace : undefined;
    case 'cookie':
      return token.test(name) ? undefined : 'This is not the name of a cookie (RFC 6265 §4.1.1).';
    case 'path':
      return undefined;
  }
}

const secretPlace = 'This is where credentials stand. Parameters are no secrets: send them in security or headers.';

function wrongValue({ location }: GeneralParam, value: string): string | undefined {
  switch (location) {
    case 'header':
      return isSendable(value) ? undefined : 'This value holds characters that no header can.';
    case 'cookie':
      return cookieOctets.test(value) ? undefined : 'This value holds characters that no cookie can (RFC 6265 §4.1.1).';
    case 'path':
      return control.test(value) ? 'The value of a path parameter holds no control characters.' : undefined;
    case 'query':
      return undefined;
  }
}

function repeated(params: readonly GeneralParam[]): BodyProblem[] {
  const keys = params.map(({ name, location }) => `${location}:${location === 'header' ? name.toLowerCase() : name}`);
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index
      ? [{ path: pointer(part, index, 'name'), message: 'This parameter is named twice for the same location.' }]
      : [],
  );
}
