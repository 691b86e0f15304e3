import { format } from 'oxfmt';
import { apiDescription, type JsonSchema } from './api-description.ts';
import { nameTypes } from './name-types.ts';
import { placeTypes, sharedFile } from './place-types.ts';
import { asSchema, readOperations } from './read-operations.ts';
import { fileOf, renderResource, renderResources, renderShared, renderTypeExports } from './render-resource.ts';

/** The types and methods of the client by file name: a file for each first word of the paths. Throws where a name is claimed twice. */
export async function renderSdk(description: unknown): Promise<Readonly<Record<string, string>>> {
  const api = apiDescription.parse(description);
  const operations = readOperations(api);
  const names = nameTypes(operations, api);
  const resources = Map.groupBy(operations, ({ namespace }) => namespace[0] ?? '');
  const placed = placeTypes(resources, names);
  const words = [...resources.keys()];
  const shared = placed.get(sharedFile) ?? [];
  const files = [
    ...words.map((word) => [
      fileOf(word),
      renderResource({ word, operations: resources.get(word) ?? [], types: placed.get(word) ?? [], shared }, names),
    ]),
    [sharedFile, renderShared(shared, names)],
    ['create-resources', renderResources(words)],
    ['error-code', renderErrorCode(api.components.schemas['Failure'])],
    ['types', renderTypeExports([...words.map(fileOf), sharedFile, 'error-code'])],
  ];
  return Object.fromEntries(await Promise.all(files.map(([name = '', text = '']) => formatted(`${name}.ts`, text))));
}

function renderErrorCode(failure: JsonSchema | undefined): string {
  const error = asSchema(asSchema(failure?.['properties'])?.['error']);
  const codes = asSchema(asSchema(error?.['properties'])?.['code'])?.['enum'];
  if (!Array.isArray(codes)) throw new Error('The description names no codes of failures.');
  const type = codes.map((code) => JSON.stringify(code)).join(' | ');
  return `// Written by \`npm run generate\` from the description of the API. Change the routes of the server, not this file.

/** Every code that the server refuses a request with. */
export type RefusalCode = ${type};
`;
}

async function formatted(name: string, text: string): Promise<readonly [string, string]> {
  const { code, errors } = await format(name, text, { printWidth: 120, singleQuote: true });
  if (errors.length > 0) throw new Error(`${name} is not TypeScript: ${errors[0]?.message}`);
  return [name, code];
}
