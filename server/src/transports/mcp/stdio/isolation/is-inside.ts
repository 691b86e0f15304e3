import { relative } from 'node:path';

/** Whether a path is a folder or lies in it. Both are absolute and without links. */
export function isInside(folder: string, path: string): boolean {
  const steps = relative(folder, path);
  return steps !== '..' && !steps.startsWith('../');
}
