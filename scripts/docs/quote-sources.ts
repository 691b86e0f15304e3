import { cutRegion } from './cut-region.ts';
import { fencesIn, type Fence } from './fences.ts';

/** A page with each block that names its source cut from it anew. Throws, naming the line, where that is not there. */
export function quoteSources(page: string, readSource: (path: string) => string): string {
  const lines = page.split('\n');
  for (const fence of fencesIn(page).toReversed()) {
    if (fence.from === undefined) continue;
    const height = fence.text.split('\n').length - 1;
    const text = cut(fence, fence.from, readSource).trimEnd().split('\n');
    lines.splice(fence.line, height, ...text.map((line) => (line === '' ? '' : `${fence.indent}${line}`)));
  }
  return lines.join('\n');
}

function cut({ line }: Fence, from: string, readSource: (path: string) => string): string {
  const [path = '', region] = from.split('#');
  try {
    return cutRegion(readSource(path), region);
  } catch (cause) {
    throw new Error(`Line ${line} is cut from ${from}: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
}
