import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const root = join(import.meta.dirname, '../../..');
const document = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'api', ...document });

/** Doors that no description has: they speak MCP, or are pages for browsers. */
const otherDoors = /^\/(mcp(\/.*)?|first-run|sign-in(\/.*)?|join|docs|connect\/.*|\.well-known\/.*)$/;

/** A request as a page shows it. */
export interface ShownRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** As it is written; nothing where none is shown. */
  readonly body: string | undefined;
}

/** What is wrong with a request according to the description of the API: a sentence each. */
export function checkRequest({ method, path, body }: ShownRequest): readonly string[] {
  const [pathname = '', query = ''] = path.split('?');
  if (otherDoors.test(pathname)) return [];
  const templates = Object.keys(document.paths).filter((known) => fits(known, pathname));
  const template = templates.toSorted(byFreedom).find((known) => method.toLowerCase() in document.paths[known]);
  if (template === undefined) return [`There is no ${method} ${pathname}.`];
  const operation = document.paths[template][method.toLowerCase()];
  const passesOn = template.endsWith('{path}');
  const misnamed = checkIds(operation, template, pathname);
  return [
    ...misnamed,
    ...(passesOn ? [] : checkQuery(operation, query)),
    ...checkBody(operation, { at: `${method} ${template}`, body }),
  ];
}

/** Whether a path is one of the template; what is written out there has to be written out here. */
function fits(template: string, path: string): boolean {
  const parts = template.split('/').map((part) => (part === '{path}' ? '.*' : part.startsWith('{') ? '[^/]+' : part));
  return new RegExp(`^${parts.join('/')}$`).test(path);
}

/** What is written out goes before what is left open. */
function byFreedom(one: string, other: string): number {
  return one.split('{').length - other.split('{').length;
}

interface Described {
  readonly parameters?: readonly Parameter[];
}

interface Parameter {
  readonly schema?: { readonly format?: string };
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
}

/** Where an id has to be a UUID, a handle written out there is a mistake; a placeholder is none. */
function checkIds({ parameters = [] }: Described, template: string, path: string): string[] {
  const ids = parameters.filter((parameter) => parameter.in === 'path' && parameter.schema?.format === 'uuid');
  const written = path.split('/');
  const wrong = ids.filter(({ name }) =>
    /^[a-z][a-z-]*$/.test(written[template.split('/').indexOf(`{${name}}`)] ?? ''),
  );
  return wrong.map(({ name }) => `${template}: the ${name} has to be a UUID.`);
}

function checkQuery({ parameters = [] }: Described, query: string): string[] {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const shown = [...new URLSearchParams(query).keys()].map((name) => name.replace(/\[.*/, ''));
  const missing = known.filter(({ name, required }) => required === true && !shown.includes(name));
  const unknown = shown.filter((name) => !known.some((parameter) => parameter.name === name));
  return [
    ...missing.map(({ name }) => `The parameter ${name} is missing.`),
    ...unknown.map((name) => `There is no parameter ${name}.`),
  ];
}

interface ShownBody {
  readonly at: string;
  readonly body: string | undefined;
}

function checkBody(
  operation: { requestBody?: { content: Record<string, unknown> } },
  { at, body }: ShownBody,
): string[] {
  if (body === undefined || body.startsWith('@')) return [];
  const media = operation.requestBody?.content ?? {};
  if (!('application/json' in media)) return '*/*' in media ? [] : [`${at} takes no body.`];
  const value = parsed(body);
  if (value === undefined) return [`The body of ${at} is no JSON: ${body}`];
  const [, method = '', template = ''] = /^(\S+) (.*)$/.exec(at) ?? [];
  const pointer = ['paths', template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'];
  const ref = `api#/${pointer.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const validate = ajv.compile({ $ref: ref });
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter(({ instancePath }) => !isPlaceholder(value, instancePath));
  return errors.map((error) => `${at}: ${error.instancePath || 'the body'} ${error.message}.`);
}

/** A text with an ellipsis or angle brackets stands for one that the reader has. */
function isPlaceholder(value: unknown, pointer: string): boolean {
  const keys = pointer.split('/').slice(1);
  const found = keys.reduce<unknown>(
    (at, key) => (Object(at) === at ? Reflect.get(Object(at), key) : undefined),
    value,
  );
  return typeof found === 'string' && /…|^<[^<>]+>$|\$/.test(found);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
