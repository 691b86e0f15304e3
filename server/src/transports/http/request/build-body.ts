import type { Operation } from '../../../catalog/connector.ts';
import { asText, type TemplateValues } from '../../../catalog/templates/evaluate.ts';
import { fillJson, type JsonTemplate } from '../../../catalog/templates/json-template.ts';
import { renderQuery } from '../../../catalog/templates/render-query.ts';
import { type FileArgument, fileArgument } from '../../../files/file-argument.ts';
import { Secret } from '../../../lib/secret.ts';

/** One part of a form that may hold files (RFC 7578). */
export type FormPart =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly file: FileArgument };

/** A body whose bytes are in files: written when it is sent. */
export type UploadBody =
  | { readonly kind: 'multipart'; readonly parts: readonly FormPart[] }
  | { readonly kind: 'file'; readonly file: FileArgument };

/** The body of a request; `type` is its media type, which a multipart body gets when it is written. */
export type Body =
  | { readonly type: string; readonly text: string }
  | { readonly type: string | undefined; readonly upload: UploadBody };

interface BodyParts {
  readonly template: JsonTemplate | undefined;
  readonly values: TemplateValues;
  /** The arguments that are files. */
  readonly isFile: (argument: string) => boolean;
}

/** The body that an operation describes, filled; `undefined` where there is none. Files have to be settled. Pure. */
export function buildBody({ body_type }: Operation, parts: BodyParts): Body | undefined {
  const { template, values } = parts;
  if (template === undefined) return undefined;
  if (body_type === 'multipart')
    return { type: undefined, upload: { kind: 'multipart', parts: partsOf(template, parts) } };
  if (body_type === 'file') return wholeFile(template, parts);
  if (body_type === 'form') {
    return { type: 'application/x-www-form-urlencoded', text: clear(renderQuery(template, values)) };
  }
  const { value } = fillJson(template, values);
  if (value === undefined) return undefined;
  return body_type === 'json'
    ? { type: 'application/json', text: JSON.stringify(value) }
    : { type: 'text/plain; charset=utf-8', text: asText(value) };
}

function wholeFile(template: JsonTemplate, parts: BodyParts): Body | undefined {
  const [file] = filesIn(template, parts) ?? [];
  return file && { type: file.media_type, upload: { kind: 'file', file } };
}

function partsOf(template: JsonTemplate, parts: BodyParts): readonly FormPart[] {
  if (template.kind !== 'object') return [];
  return template.entries.flatMap(([name, entry]): FormPart[] => {
    const files = filesIn(entry, parts);
    if (files) return files.map((file) => ({ name, file }));
    const { value } = fillJson(entry, parts.values);
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.filter((item) => item !== undefined && item !== null).map((item) => ({ name, text: asText(item) }));
  });
}

/** The files of an argument that is one; none where it is absent, `undefined` where the template is about something else. */
function filesIn(template: JsonTemplate, { values, isFile }: BodyParts): readonly FileArgument[] | undefined {
  if (template.kind !== 'alone') return undefined;
  const { root, key } = template.reference;
  if (root !== 'arg' || !isFile(key)) return undefined;
  const given = values.arg?.[key];
  return (given === undefined ? [] : [given].flat()).map((each) => fileArgument.parse(each));
}

function clear(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}
