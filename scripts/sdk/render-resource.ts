import type { NamedType, TypeNames } from './name-types.ts';
import { camelCase, pascalCase } from './name-operation.ts';
import { recordingWriter, renderDefinition, sharedFile } from './place-types.ts';
import type { Operation } from './read-operations.ts';
import { renderMethods, renderSignatures } from './render-methods.ts';
import { field, renderDocs } from './render-type.ts';

/** What stands at the top of every file. */
const head = `// Written by \`npm run generate\` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */
`;

export interface Resource {
  /** The first word of the paths: `apiKeys`. */
  readonly word: string;
  readonly operations: readonly Operation[];
  /** The types that stand with it. */
  readonly types: readonly NamedType[];
  /** The types that stand in the shared file. */
  readonly shared: readonly NamedType[];
}

/** The file of a resource: its types, then the function that makes its methods. */
export function renderResource({ word, operations, types, shared }: Resource, names: TypeNames): string {
  const writer = recordingWriter(names, new Set());
  const around = { names, writer };
  const defined = types.map((type) => renderType(type, names));
  const queries = operations.filter(({ query }) => query.length > 0).map((operation) => renderQuery(operation, names));
  const body = [
    ...defined,
    ...queries,
    `/** The methods under \`plugboard.${word}\`. */\nexport interface ${typeOf(word)} ${renderSignatures(operations, around)}\n`,
    `/** How they are sent. */\nexport function ${makerOf(word)}(send: Send): ${typeOf(word)} {\n  return ${renderMethods(operations, around)};\n}\n`,
  ].join('\n');
  const bare = body.replaceAll(/\/\*\*[^]*?\*\//g, '');
  return [
    head,
    renderImports(bare),
    importShared(shared.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(bare))),
    body,
  ].join('\n');
}

/** The file of the types that several resources use. */
export function renderShared(types: readonly NamedType[], names: TypeNames): string {
  return [head, ...types.map((type) => renderType(type, names))].join('\n');
}

/** The file that puts all resources together. */
export function renderResources(words: readonly string[]): string {
  const imports = words.map((word) => `import { ${makerOf(word)}, type ${typeOf(word)} } from './${fileOf(word)}.ts';`);
  const typed = words.map((word) => `readonly ${word}: ${typeOf(word)};`);
  const made = words.map((word) => `${word}: ${makerOf(word)}(send),`);
  return `${head}import type { Send } from '../http/create-send.ts';
${imports.join('\n')}

/** Every method that the description of the API has, by the words of its path. */
export interface Resources {\n${typed.join('\n')}\n}

/** How they are sent. */
export function createResources(send: Send): Resources {
  return {\n${made.join('\n')}\n};
}
`;
}

/** The file that exports every type. */
export function renderTypeExports(files: readonly string[]): string {
  return `${head}${files.map((file) => `export type * from './${file}.ts';`).join('\n')}\n`;
}

/** `apiKeys` → `api-keys` */
export function fileOf(word: string): string {
  return word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `apiKeys` → `ApiKeysMethods` */
function typeOf(word: string): string {
  return `${pascalCase(word)}Methods`;
}

function makerOf(word: string): string {
  return `${camelCase(word)}Of`;
}

function renderType(type: NamedType, names: TypeNames): string {
  const text = renderDefinition(type, recordingWriter(names, new Set()));
  const said = type.schemas[0]?.['description'];
  const docs = typeof said === 'string' ? renderDocs(said) : '';
  if (text.startsWith('{') && matchesOneObject(text)) return `${docs}export interface ${type.name} ${text}\n`;
  return `${docs}export type ${type.name} = ${text};\n`;
}

/** Whether the first brace closes at the very end. */
function matchesOneObject(text: string): boolean {
  let depth = 0;
  for (const [at, letter] of [...text].entries()) {
    if (letter === '{') depth += 1;
    if (letter === '}') depth -= 1;
    if (depth === 0) return at === [...text].length - 1;
  }
  return false;
}

function renderQuery({ id, query }: Operation, names: TypeNames): string {
  const writer = { ...recordingWriter(names, new Set()), sent: true };
  const fields = query.map(({ name, ...rest }) => field(name, rest, writer));
  return `export interface ${pascalCase(id)}Query {\n${fields.join('\n')}\n}\n`;
}

const imports = [
  { from: '../http/ask.ts', values: ['at'], types: ['Bytes', 'Options'] },
  { from: '../http/create-send.ts', values: [], types: ['Send'] },
  { from: '../http/list.ts', values: [], types: ['List'] },
  { from: '../http/events-of.ts', values: [], types: ['ServerEvent'] },
];

function renderImports(body: string): string {
  const uses = (name: string): boolean => new RegExp(`(?<![\\w.'])${name}[\`<;,)&\\s]`).test(body);
  return imports
    .map(({ from, values, types }) => ({
      from,
      values: values.filter((name) => body.includes(`${name}\``)),
      types: types.filter(uses),
    }))
    .flatMap(({ from, values, types }) => {
      const typeNames = values.length > 0 ? types.map((name) => `type ${name}`) : types;
      const all = [...values, ...typeNames].join(', ');
      return all === '' ? [] : [`import ${values.length > 0 ? '' : 'type '}{ ${all} } from '${from}';`];
    })
    .join('\n');
}

function importShared(types: readonly NamedType[]): string {
  if (types.length === 0) return '';
  const names = types.map(({ name }) => name).sort();
  return `import type { ${names.join(', ')} } from './${sharedFile}.ts';\n`;
}
