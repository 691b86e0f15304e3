import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { showProblem } from '../server/src/catalog/manifest/manifest-problem.ts';
import { listManifests, readManifests } from '../server/src/catalog/manifest/read-folder.ts';
import { readIcon } from '../server/src/catalog/marks/read-icon.ts';
import { takeSnapshot } from '../server/src/catalog/snapshot.ts';

const root = join(import.meta.dirname, '..');
await buildCatalog(join(root, 'connectors'), process.argv[2] ?? join(root, 'dist/catalog.json'));

/** Writes the snapshot of a folder of connectors; refuses to leave one out. */
async function buildCatalog(folder: string, target: string): Promise<void> {
  const { files, problems: unread } = await listManifests(folder);
  const { connectors, problems } = readManifests(files, { source: 'built-in', problems: unread });
  for (const problem of problems) console.error(showProblem(problem));
  if (problems.length > 0) process.exit(1);
  const snapshot = takeSnapshot(files, connectors, readIcon);
  const unmarked = connectors.filter(({ brand_logo }) => brand_logo !== undefined && !(brand_logo in snapshot.icons));
  for (const { id, brand_logo } of unmarked)
    console.warn(`connectors/${id}: Simple Icons has no "${brand_logo}"; its mark is a letter.`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${JSON.stringify(snapshot)}\n`);
  console.log(`${connectors.length} connectors, ${Object.keys(snapshot.icons).length} marks: ${target}`);
}
