import type { Operation } from '../connector.ts';
import { type JsonTemplate, parseJsonTemplate } from './json-template.ts';
import { parseEncoded, parseTemplate, type Template } from './template.ts';

/** The parsed templates of a mail. */
export interface CompiledMail {
  readonly headers: readonly (readonly [string, Template])[];
  readonly text: Template;
}

/** The parsed templates of an operation. */
export interface CompiledOperation {
  readonly path: Template;
  readonly query: JsonTemplate;
  readonly headers: readonly (readonly [string, Template])[];
  readonly body: JsonTemplate | undefined;
  readonly mail: CompiledMail | undefined;
}

const compiled = new WeakMap<Operation, CompiledOperation>();

/** Parses the templates of an operation, once for as long as its manifest lives. */
export function compileOperation(operation: Operation): CompiledOperation {
  const known = compiled.get(operation);
  if (known) return known;
  const fresh = {
    path: parseEncoded(operation.path),
    query: parseJsonTemplate(operation.query, parseEncoded),
    headers: Object.entries(operation.headers).map(
      ([name, text]) => [name.toLowerCase(), parseTemplate(text)] as const,
    ),
    body:
      operation.body === undefined
        ? undefined
        : parseJsonTemplate(operation.body, operation.body_type === 'form' ? parseEncoded : parseTemplate),
    mail: operation.mail && compileMail(operation.mail),
  };
  compiled.set(operation, fresh);
  return fresh;
}

function compileMail({ headers, text }: NonNullable<Operation['mail']>): CompiledMail {
  const parsed = Object.entries(headers).map(([name, value]) => [name, parseTemplate(value)] as const);
  return { headers: parsed, text: parseTemplate(text) };
}
