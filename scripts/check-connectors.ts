import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Connector } from '../server/src/catalog/connector.ts';
import { connectorJsonSchema } from '../server/src/catalog/manifest/connector-schema.ts';
import { type ManifestProblem, showProblem } from '../server/src/catalog/manifest/manifest-problem.ts';
import { listManifests, readManifests } from '../server/src/catalog/manifest/read-folder.ts';
import { readIcon } from '../server/src/catalog/read-icon.ts';

const root = join(import.meta.dirname, '..');
const schemaFile = join(root, 'connectors/connector.schema.json');

if (process.argv.includes('--write')) await writeFile(schemaFile, schemaText());
const problems = [...(await checkSchemaFile()), ...(await checkFolder(join(root, 'connectors')))];
for (const problem of problems) console.error(showProblem({ ...problem, file: relative(root, problem.file) }));
if (problems.length > 0) process.exit(1);

function schemaText(): string {
  return `${JSON.stringify(connectorJsonSchema(), null, 2)}\n`;
}

async function checkSchemaFile(): Promise<ManifestProblem[]> {
  const written = await readFile(schemaFile, 'utf8').catch(() => '');
  if (written === schemaText()) return [];
  return [{ file: schemaFile, key: '', message: 'is out of date; run "node scripts/check-connectors.ts --write"' }];
}

async function checkFolder(folder: string): Promise<ManifestProblem[]> {
  const { files, problems: unread } = await listManifests(folder);
  const { connectors, problems } = readManifests(files, { source: 'built-in', problems: unread });
  const guides = await Promise.all(files.map(({ file }) => checkGuide(join(dirname(file), 'README.md'))));
  const rest = connectors.flatMap(checkConnector(folder));
  const all = [...problems, ...rest, ...guides.flat()];
  if (all.length === 0)
    console.log(`${connectors.length} connectors, ${connectors.flatMap(({ tools }) => tools).length} tools: all fine`);
  return all;
}

function checkConnector(folder: string) {
  return (connector: Connector): ManifestProblem[] => {
    const file = join(folder, connector.id, 'connector.yaml');
    return [...checkInputs(connector), ...checkLogo(connector)].map(({ key, message }) => ({ file, key, message }));
  };
}

type Found = Pick<ManifestProblem, 'key' | 'message'>;

/** The input of every tool is valid JSON Schema 2020-12 without a keyword nobody knows. */
function checkInputs({ tools }: Connector): Found[] {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
    logger: false,
  });
  return tools.flatMap(({ name, input }, index) => {
    try {
      ajv.compile(input);
      return [];
    } catch (error) {
      return [
        {
          key: `tools[${index}].input`,
          message: `of ${name} is not valid JSON Schema: ${error instanceof Error ? error.message : error}`,
        },
      ];
    }
  });
}

function checkLogo({ brand_logo }: Connector): Found[] {
  if (brand_logo === undefined || readIcon(brand_logo) !== undefined) return [];
  return [{ key: 'brand_logo', message: `Simple Icons has no "${brand_logo}"; leave the key out for a letter` }];
}

async function checkGuide(file: string): Promise<ManifestProblem[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [{ file, key: '', message: 'is missing: every connector has a guide' }];
  return /^#{1,3} .*\bset(ting)?[ -]?up\b/im.test(text)
    ? []
    : [{ file, key: '', message: 'needs a heading with the word "Setup"' }];
}
