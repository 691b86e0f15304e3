import { isRecord } from '../../../lib/json.ts';
import type { Manifest, Operation, ToolDefinition } from '../../connector.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { checkFiles } from './check-files.ts';
import { checkPagination } from './check-pagination.ts';
import { checkSqlTool } from './check-sql.ts';
import { aloneIn, parseTemplate, referencesIn } from '../../templates/template.ts';
import { namesIn } from './check-templates.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';
import { stringsIn } from '../template-site.ts';

/** Tools have names of their own, inputs that describe every property, and operations that use them. */
export function checkTools({ tools, derived }: Manifest): readonly Finding[] {
  const names = tools.map(({ name }) => name);
  return tools.flatMap((tool, index) =>
    [
      ...(names.indexOf(tool.name) === index
        ? []
        : [{ path: ['name'], message: `"${tool.name}" is the name of tools[${names.indexOf(tool.name)}]` }]),
      ...checkInput(tool.input),
      ...checkCarrying(tool),
      ...(tool.operation?.mail !== undefined && Object.hasOwn(derived, 'mail')
        ? [{ path: ['operation', 'mail'], message: 'is called like the derived value "mail"' }]
        : []),
    ].map(({ path, message }) => ({ path: ['tools', index, ...path], message })),
  );
}

function checkInput(input: ToolDefinition['input']): Finding[] {
  if (input['type'] !== 'object')
    return [{ path: ['input', 'type'], message: 'must be "object": arguments have names' }];
  const properties = input['properties'];
  if (!isRecord(properties))
    return [{ path: ['input', 'properties'], message: 'must list the properties; {} where there are none' }];
  const undescribed = Object.entries(properties).filter(([, property]) => !isDescribed(property));
  return [
    ...undescribed.map(([key]) => ({
      path: ['input', 'properties', key],
      message: 'needs a description for the model',
    })),
    ...checkRequired(input['required'], Object.keys(properties)),
  ];
}

function isDescribed(property: unknown): boolean {
  return isRecord(property) && typeof property['description'] === 'string' && property['description'].trim() !== '';
}

function checkRequired(required: unknown, known: readonly string[]): Finding[] {
  if (required === undefined) return [];
  if (!Array.isArray(required)) return [{ path: ['input', 'required'], message: 'must be a list of property names' }];
  return required
    .map((key, index) => ({ key: String(key), index }))
    .filter(({ key }) => !known.includes(key))
    .map(({ key, index }) => ({
      path: ['input', 'required', index],
      message: `"${key}" is not a property${didYouMean(key, known)}`,
    }));
}

function checkCarrying(tool: ToolDefinition): Finding[] {
  const { operation, sql } = tool;
  if (operation !== undefined && sql !== undefined)
    return [{ path: ['sql'], message: 'stands beside "operation": a tool is carried in one way' }];
  if (sql !== undefined) return [...checkSqlTool(sql, tool)];
  if (operation === undefined) return [{ path: ['operation'], message: 'is missing: it says how the tool is carried' }];
  const http = { ...tool, operation };
  return [
    ...checkUse(http),
    ...checkOperation(http),
    ...checkQuery(http),
    ...checkKeep(operation),
    ...checkMail(operation),
    ...checkFiles(http),
    ...checkPagination(http),
  ];
}

interface HttpTool extends ToolDefinition {
  readonly operation: Operation;
}

/** What the model fills in goes somewhere, and a path is never without its values. */
function checkUse({ input, operation }: HttpTool): Finding[] {
  const properties = isRecord(input['properties']) ? Object.keys(input['properties']) : [];
  const { path, query, headers, body, mail } = operation;
  const used = new Set(
    stringsIn([], [path, query, headers, body ?? null, mail ?? null]).flatMap(({ text }) => namesIn(text)),
  );
  const unused = properties.filter((key) => !used.has(`arg.${key}`));
  return [
    ...unused.map((key) => ({
      path: ['input', 'properties', key],
      message: `is used nowhere in the operation; write \${arg.${key}} where it goes`,
    })),
    ...pathArguments(path)
      .filter((key) => !isRequired(input, key))
      .map((key) => ({ path: ['input', 'required'], message: `must list "${key}", because the path needs it` })),
  ];
}

function isRequired(input: ToolDefinition['input'], key: string): boolean {
  return Array.isArray(input['required']) && input['required'].includes(key);
}

function pathArguments(path: string): string[] {
  if (namesIn(path).length === 0) return [];
  return referencesIn(parseTemplate(path))
    .filter(({ root, filters }) => root === 'arg' && !filters.some(({ name }) => name === 'default'))
    .map(({ key }) => key);
}

function checkOperation({ effect, destructive, operation }: HttpTool): Finding[] {
  const { method, body } = operation;
  const bodiless = method === 'GET' || method === 'HEAD';
  const rules: readonly (readonly [boolean, KeyPath, string])[] = [
    [bodiless && body !== undefined, ['operation', 'body'], `${method} has no body`],
    [
      effect === 'read' && ['PUT', 'PATCH', 'DELETE'].includes(method),
      ['effect'],
      `${method} changes something: "effect: write"`,
    ],
    [effect === 'read' && destructive, ['destructive'], 'a read destroys nothing'],
  ];
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}

/** A query that is a text must stand for an object: anything else would be dropped without a word. */
function checkQuery({ input, operation: { query } }: HttpTool): Finding[] {
  if (typeof query !== 'string') return [];
  const path = ['operation', 'query'];
  const names = namesIn(query);
  const alone = names.length === 1 ? aloneIn(parseTemplate(query)) : undefined;
  if (alone?.root !== 'arg')
    return [{ path, message: 'is a text, so it must be one template alone that names an argument, e.g. ${arg.query}' }];
  return argumentType(input, alone.key) === 'object'
    ? []
    : [{ path, message: `stands for all parameters, so the argument "${alone.key}" needs "type: object"` }];
}

function argumentType(input: ToolDefinition['input'], key: string): unknown {
  const properties = input['properties'];
  const property = isRecord(properties) ? properties[key] : undefined;
  return isRecord(property) ? property['type'] : undefined;
}

/** A mail is sent, and what says how it is written is ours. */
function checkMail({ mail, body }: Operation): Finding[] {
  if (mail === undefined) return [];
  const path = ['operation', 'mail'];
  const isSent = stringsIn([], body).some(({ text }) => namesIn(text).includes('derived.mail'));
  return [
    ...(isSent ? [] : [{ path, message: 'is not sent: put ${derived.mail} into the body' }]),
    ...Object.keys(mail.headers)
      .filter((name) => /^(mime-version|content-.*)$/i.test(name))
      .map((name) => ({ path: [...path, 'headers', name], message: 'is set by us alone' })),
  ];
}

function checkKeep({ keep = [] }: Operation): Finding[] {
  return keep.flatMap((path, index) => {
    const wider = keep.find((other, at) => (other === path && at < index) || path.startsWith(`${other}.`));
    return wider === undefined
      ? []
      : [{ path: ['operation', 'keep', index], message: `"${path}" is kept already, by "${wider}"` }];
  });
}
