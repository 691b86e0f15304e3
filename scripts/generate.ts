import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documentation } from '../server/src/http/openapi/documentation.ts';
import { renderArchitecture } from './architecture.ts';
import { quotingPages } from './docs/pages.ts';
import { referencePages } from './docs/reference/reference-pages.ts';
import { renderSdk } from './sdk/render-sdk.ts';

const root = join(import.meta.dirname, '..');

/** The files that are made from the code, by where they stand. */
async function generate(): Promise<Readonly<Record<string, string>>> {
  const description = documentation();
  const sdk = Object.entries(await renderSdk(description)).map(([name, text]) => [`${sdkFolder}/${name}`, text]);
  return {
    'docs/openapi.json': `${JSON.stringify(description, null, 2)}\n`,
    'docs/ARCHITECTURE.md': renderArchitecture(),
    ...Object.fromEntries(sdk),
    ...referencePages(description),
    ...quotingPages(),
  };
}

const sdkFolder = 'sdk/src/generated';
const referenceFolder = 'docs/reference';

/** Writes what is generated; with `--check` it only says what is out of date and fails. */
async function main(check: boolean): Promise<void> {
  const generated = await generate();
  const stale = Object.entries(generated).filter(([path, text]) => read(path) !== text);
  const forsaken = [sdkFolder, referenceFolder].flatMap(filesIn).filter((path) => !Object.hasOwn(generated, path));
  for (const [path, text] of stale) {
    if (check) process.stdout.write(`${path} is out of date. Run: npm run generate\n`);
    else write(path, text);
  }
  for (const path of forsaken) {
    if (check) process.stdout.write(`${path} is not generated any more. Run: npm run generate\n`);
    else rmSync(join(root, path));
  }
  process.exitCode = check && stale.length + forsaken.length > 0 ? 1 : 0;
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  process.stdout.write(`wrote ${path}\n`);
}

await main(process.argv.includes('--check'));
