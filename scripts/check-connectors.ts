import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { checkConnectors } from '../server/src/catalog/manifest/check-connectors.ts';
import { connectorJsonSchema } from '../server/src/catalog/manifest/connector-schema.ts';
import { type ManifestProblem, showProblem } from '../server/src/catalog/manifest/manifest-problem.ts';

const root = join(import.meta.dirname, '..');
const schemaFile = join(root, 'connectors/connector.schema.json');

if (process.argv.includes('--write')) await writeFile(schemaFile, schemaText());
const { connectors, problems: found } = await checkConnectors(join(root, 'connectors'), 'built-in');
const problems = [...(await checkSchemaFile()), ...found];
for (const problem of problems) console.error(showProblem({ ...problem, file: relative(root, problem.file) }));
if (problems.length > 0) process.exit(1);
console.log(`${connectors.length} connectors, ${connectors.flatMap(({ tools }) => tools).length} tools: all fine`);

function schemaText(): string {
  return `${JSON.stringify(connectorJsonSchema(), null, 2)}\n`;
}

async function checkSchemaFile(): Promise<ManifestProblem[]> {
  const written = await readFile(schemaFile, 'utf8').catch(() => '');
  if (written === schemaText()) return [];
  return [{ file: schemaFile, key: '', message: 'is out of date; run "node scripts/check-connectors.ts --write"' }];
}
