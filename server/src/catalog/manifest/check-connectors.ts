import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { appVariables } from '../../config.ts';
import type { Connector } from '../connector.ts';
import { readIcon } from '../marks/read-icon.ts';
import type { ManifestProblem } from './manifest-problem.ts';
import { listManifests, type ReadFolder, readManifests } from './read-folder.ts';

/**
 * Reads the connectors of a folder, or the one that it is, as the catalog does, and looks at what no start looks at: the
 * inputs of their tools as JSON Schema, their marks, and their guides.
 */
export async function checkConnectors(folder: string, source: Connector['source']): Promise<ReadFolder> {
  const whole = resolve(folder);
  const isOne = await stat(join(whole, 'connector.yaml')).then(
    (found) => found.isFile(),
    () => false,
  );
  const parent = isOne ? dirname(whole) : whole;
  const isMeant = (file: string): boolean => !isOne || dirname(file) === whole;
  const listed = await listManifests(parent);
  const files = listed.files.filter(({ file }) => isMeant(file));
  const unread = listed.problems.filter(({ file }) => isMeant(file));
  const { connectors, problems } = readManifests(files, { source, problems: unread });
  const guides = await Promise.all(files.map(({ file }) => checkGuide(join(dirname(file), 'README.md'), connectors)));
  return { connectors, problems: [...problems, ...connectors.flatMap(checkConnector(parent)), ...guides.flat()] };
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

function checkLogo({ brand_logo, source }: Connector): Found[] {
  // Only what comes with us is drawn from the icons at hand when we build; elsewhere a letter stands in.
  if (brand_logo === undefined || source !== 'built-in' || readIcon(brand_logo) !== undefined) return [];
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
function neededFor({ id, auth_modes, oauth, source }: Connector): string[] {
  if (!auth_modes.includes('byo_oauth') || source !== 'built-in') return [];
  const { clientId, clientSecret } = appVariables(id);
  const setup = oauth?.setup === undefined ? [] : ['setup_url'];
  return ['/api/v1/connections/oauth/callback', `PUT /api/v1/oauth-apps/${id}`, clientId, clientSecret, ...setup];
}
