/** ` Did you mean "…"?` with the name that is at most two slips away, or nothing. */
export function nearMiss(word: string, names: readonly string[]): string {
  const scored = names.map((name) => ({ name, slips: slipsBetween(word.toLowerCase(), name.toLowerCase()) }));
  const [best] = scored.filter(({ name, slips }) => slips <= Math.min(2, name.length / 2)).sort(byslips);
  return best ? ` Did you mean "${best.name}"?` : '';
}

const byslips = (one: { slips: number }, other: { slips: number }): number => one.slips - other.slips;

/** The Levenshtein distance, one row at a time. */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1];
    for (const [left, against] of [...other].entries()) {
      const replaced = (row[left] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(replaced, (row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
