import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Connector } from '../server/src/catalog/connector.ts';
import { connectorJsonSchema } from '../server/src/catalog/manifest/connector-schema.ts';
import { appVariables } from '../server/src/config.ts';
import { type ManifestProblem, showProblem } from '../server/src/catalog/manifest/manifest-problem.ts';
import { listManifests, readManifests } from '../server/src/catalog/manifest/read-folder.ts';
import { readIcon } from '../server/src/catalog/marks/read-icon.ts';

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
  const guides = await Promise.all(files.map(({ file }) => checkGuide(join(dirname(file), 'README.md'), connectors)));
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

async function checkGuide(file: string, connectors: readonly Connector[]): Promise<ManifestProblem[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [{ file, key: '', message: 'is missing: every connector has a guide' }];
  const named = connectors.filter(({ id }) => id === basename(dirname(file))).flatMap(neededFor);
  return [
    ...(/^#{1,3} .*\bset(ting)?[ -]?up\b/im.test(text) ? [] : ['needs a heading with the word "Setup"']),
    ...named.filter((words) => !text.includes(words)).map((words) => `must say ${words}`),
  ].map((message) => ({ file, key: '', message }));
}

/** Who makes an OAuth app has to know what to register and where to put what comes of it. */
function neededFor({ id, auth_modes, oauth }: Connector): string[] {
  if (!auth_modes.includes('byo_oauth')) return [];
  const { clientId, clientSecret } = appVariables(id);
  const setup = oauth?.setup === undefined ? [] : ['setup_url'];
  return ['/api/v1/connections/oauth/callback', `PUT /api/v1/oauth-apps/${id}`, clientId, clientSecret, ...setup];
}
