import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isPathData } from './brand-mark.ts';

/** The path data of one Simple Icons icon, where that package is installed: development and builds, not a running install. */
export function readIcon(slug: string): string | undefined {
  if (!/^[a-z0-9]{1,60}$/.test(slug)) return undefined;
  try {
    const svg = readFileSync(createRequire(import.meta.url).resolve(`simple-icons/icons/${slug}.svg`), 'utf8');
    const path = / d="([^"]+)"/.exec(svg)?.[1];
    return path !== undefined && isPathData(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
