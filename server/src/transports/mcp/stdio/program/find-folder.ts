import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { HiddenPath } from '../isolation/confine.ts';
import { isInside } from '../isolation/is-inside.ts';

/** A folder of the operator's, without links in its path, or why it is none. */
export type FoundFolder =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: string };

/**
 * The folder of this name directly below `PLUGBOARD_FILES_DIR`. Deeper ones and links are refused: what lies in a folder is
 * the business of whoever may write there, what lies in `PLUGBOARD_FILES_DIR` is the operator's.
 */
export async function findFolder(
  name: string,
  { filesDir, hidden }: { readonly filesDir: string | undefined; readonly hidden: readonly HiddenPath[] },
): Promise<FoundFolder> {
  if (filesDir === undefined)
    return refuse('No folder is open to local servers. The operator sets PLUGBOARD_FILES_DIR.');
  try {
    const path = join(await realpath(filesDir), name);
    if (!(await lstat(path)).isDirectory()) return refuse(`"${name}" is not a folder. It must be ${oneName}.`);
    const isOurs = hidden.some((ours) => isInside(path, ours.path) || isInside(ours.path, path));
    return isOurs ? refuse(`"${name}" holds data of Plugboard itself. Choose another folder.`) : { ok: true, path };
  } catch {
    return refuse(`There is no folder "${name}" in PLUGBOARD_FILES_DIR, or it cannot be opened.`);
  }
}

const oneName = 'the name of a folder directly in PLUGBOARD_FILES_DIR, without slashes';

function refuse(message: string): FoundFolder {
  return { ok: false, message };
}
