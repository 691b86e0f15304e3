import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { SqlFault } from '../sql-fault.ts';

/** Where SQLite files may lie, and where they never may. */
export interface FilePlaces {
  /** `PLUGBOARD_FILES_DIR`; absent: there are no SQLite files. */
  readonly filesDir: string | undefined;
  /** Our own data. */
  readonly dataDir: string;
}

/**
 * The real path of a regular file below the operator's folder, symbolic links and `..` followed (S5). Throws for what leads
 * out of it, into our own data, or nowhere; none of the sentences tells what lies elsewhere.
 */
export async function findFile(file: string, { filesDir, dataDir }: FilePlaces): Promise<string> {
  if (filesDir === undefined)
    throw new SqlFault(
      'input',
      'SQLite files are not open here. The operator opens a folder with PLUGBOARD_FILES_DIR.',
    );
  if (isAbsolute(file) || /[\0\\]|^file:/i.test(file))
    throw new SqlFault(
      'input',
      'Name the file by its path below the folder the operator opened, such as reports/sales.db.',
    );
  const [folder, data] = await Promise.all([real(filesDir), real(dataDir)]);
  const path = folder === undefined ? undefined : await real(join(folder, file));
  if (folder === undefined || path === undefined || !isBelow(path, folder) || !(await isFile(path))) throw none(file);
  if (data !== undefined && isBelow(path, data))
    throw new SqlFault('input', 'This folder holds the data of Plugboard itself, which is never opened.');
  return path;
}

function none(file: string): SqlFault {
  return new SqlFault('input', `There is no file ${file} below the folder that the operator opened.`);
}

async function real(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

/** One with several names may have one in our own data. */
async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.isFile() && found.nlink === 1;
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
