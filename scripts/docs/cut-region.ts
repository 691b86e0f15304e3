/**
 * What stands between `#region <name>` and `#endregion` in a source file, moved to the left, without the markers of regions within.
 * Without a name it is the whole file. Throws where there is no such region, or two.
 */
export function cutRegion(source: string, name: string | undefined): string {
  if (name === undefined) return source;
  const lines = source.split('\n');
  const starts = lines.flatMap((line, at) => (startedBy(line) === name ? [at] : []));
  const [start, again] = starts;
  if (start === undefined) throw new Error(`there is no region "${name}"`);
  if (again !== undefined) throw new Error(`there are two regions "${name}"`);
  return moveLeft(lines.slice(start + 1, endOf(lines, start)).filter((line) => !isMarker(line)));
}

function startedBy(line: string): string | undefined {
  return /^\s*(?:\/\/|#|--|<!--) ?#region (\S+)/.exec(line)?.[1];
}

function isEnd(line: string): boolean {
  return /^\s*(?:\/\/|#|--|<!--) ?#endregion\b/.test(line);
}

function isMarker(line: string): boolean {
  return isEnd(line) || startedBy(line) !== undefined;
}

/** The end that belongs to a start: regions may lie within each other. */
function endOf(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let at = start; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (startedBy(line) !== undefined) depth += 1;
    if (isEnd(line)) depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`the region "${startedBy(lines[start] ?? '')}" is never ended`);
}

function moveLeft(lines: readonly string[]): string {
  const widths = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const margin = Math.min(...widths);
  const moved = lines.map((line) => line.slice(margin)).join('\n');
  return `${moved.trim()}\n`;
}
