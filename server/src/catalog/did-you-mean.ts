/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearMiss(word, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** The known word a mistyped one probably means: at most a third of its letters away; `undefined` where none is near. */
function nearMiss(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((each) => ({ each, distance: distance(word.toLowerCase().slice(0, 80), each.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= limit);
  return ranked.toSorted((left, right) => left.distance - right.distance)[0]?.each;
}

/** Levenshtein's distance, row by row. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) row = nextRow(row, right, { letter, index });
  return row.at(-1) ?? 0;
}

function nextRow(
  row: readonly number[],
  right: string,
  { letter, index }: { letter: string; index: number },
): number[] {
  const next = [index + 1];
  for (let column = 1; column < row.length; column += 1) {
    const replaced = (row[column - 1] ?? 0) + (right[column - 1] === letter ? 0 : 1);
    next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
  }
  return next;
}
